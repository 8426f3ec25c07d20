/* The leader ends by pthread_exit; its thread goes on and ends the process with 3. */
#include <pthread.h>
#include <unistd.h>

static int ends[2];

static void *work(void *unused) {
    char byte;
    (void)unused;
    read(ends[0], &byte, 1);
    _exit(3);
}

int main(void) {
    pthread_t thread;
    pipe(ends);
    pthread_create(&thread, NULL, work, NULL);
    write(ends[1], "x", 1);
    pthread_exit(NULL);
}
