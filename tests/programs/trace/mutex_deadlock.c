/* Two threads take two mutexes in opposite order, each after the other has its first. */
#include <pthread.h>
#include <unistd.h>

static pthread_mutex_t first = PTHREAD_MUTEX_INITIALIZER, second = PTHREAD_MUTEX_INITIALIZER;
static int there[2], back[2];

static void *work(void *unused) {
    char byte;
    (void)unused;
    pthread_mutex_lock(&second);
    write(there[1], "x", 1);
    read(back[0], &byte, 1);
    pthread_mutex_lock(&first);
    return NULL;
}

int main(void) {
    pthread_t thread;
    char byte;
    pipe(there);
    pipe(back);
    pthread_create(&thread, NULL, work, NULL);
    pthread_mutex_lock(&first);
    write(back[1], "x", 1);
    read(there[0], &byte, 1);
    pthread_mutex_lock(&second);
    return 0;
}
