/* pthread_cond_timedwait gives up; another thread is joined. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int said;

static void *work(void *unused) {
    struct timespec second = {1, 0};
    (void)unused;
    nanosleep(&second, NULL);
    pthread_mutex_lock(&mutex);
    said = 1;
    pthread_cond_signal(&cond);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void) {
    pthread_t thread;
    struct timespec until;
    pthread_mutex_lock(&mutex);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 2;
    int late = pthread_cond_timedwait(&cond, &mutex, &until);
    pthread_create(&thread, NULL, work, NULL);
    until.tv_sec += 20;
    int woken = 0;
    while (!said && !woken)
        woken = pthread_cond_timedwait(&cond, &mutex, &until);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
    printf("%d %d\n", late == ETIMEDOUT, woken);
    return 0;
}
