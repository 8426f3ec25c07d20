/* A thread replaces the program while its leader and a sibling sleep. */
#include <pthread.h>
#include <unistd.h>

static void *sleeper(void *unused) {
    (void)unused;
    pause();
    return NULL;
}

static void *work(void *unused) {
    (void)unused;
    execl("/nowhere/echo", "echo", "no", (char *)0);
    execl("/bin/echo", "echo", "replaced", (char *)0);
    return NULL;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, sleeper, NULL);
    pthread_create(&b, NULL, work, NULL);
    pause();
    return 1;
}
