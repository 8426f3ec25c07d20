/* Two threads write one byte each into a pipe; the main thread joins them. */
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *work(void *letter) {
    write(ends[1], letter, 1);
    return NULL;
}

int main(void) {
    pthread_t a, b;
    char got[2];
    pipe(ends);
    pthread_create(&a, NULL, work, "a");
    pthread_create(&b, NULL, work, "b");
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return read(ends[0], got, 2) != 2;
}
