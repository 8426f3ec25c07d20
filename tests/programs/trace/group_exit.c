/* A thread ends the process while its siblings sleep in read and in nanosleep. */
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *reads(void *unused) {
    char byte;
    (void)unused;
    read(ends[0], &byte, 1);
    return NULL;
}

static void *sleeps(void *unused) {
    (void)unused;
    sleep(1000);
    return NULL;
}

static void *leaves(void *unused) {
    (void)unused;
    sleep(1);
    _exit(8);
}

int main(void) {
    pthread_t a, b, c;
    pipe(ends);
    pthread_create(&a, NULL, reads, NULL);
    pthread_create(&b, NULL, sleeps, NULL);
    pthread_create(&c, NULL, leaves, NULL);
    pthread_join(a, NULL);
    return 0;
}
