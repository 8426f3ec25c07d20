/* A leader replaces the program while two threads sleep. */
#include <pthread.h>
#include <unistd.h>

static void *work(void *unused) {
    (void)unused;
    pause();
    return NULL;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, work, NULL);
    pthread_create(&b, NULL, work, NULL);
    execl("/bin/echo", "echo", "replaced", (char *)0);
    return 1;
}
