/* Threads that share a lock, a semaphore and a condition, while signals rain on the process and on one of them. */
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static sem_t turns;
static int sum, done;

static void handler(int number) { (void)number; }

static void *work(void *argument) {
    for (int i = 0; i < 3; i++) {
        while (sem_wait(&turns) != 0)
            ;
        pthread_mutex_lock(&lock);
        sum += *(int *)argument;
        pthread_mutex_unlock(&lock);
        sem_post(&turns);
    }
    pthread_mutex_lock(&lock);
    done++;
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

int main(void) {
    pthread_t threads[2];
    int values[2] = {1, 10};
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGUSR1, &action, NULL);
    sem_init(&turns, 0, 1);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        for (int i = 0; i < 4; i++)
            kill(parent, SIGUSR1);
        _exit(0);
    }
    for (int i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, work, &values[i]);
    pthread_kill(threads[1], SIGUSR1);
    pthread_mutex_lock(&lock);
    while (done < 2)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    while (waitpid(child, NULL, 0) < 0)
        ;
    printf("%d\n", sum);
    return 0;
}
