/* alarm ends pause; alarm returns what was left of the one before. */
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t rang;

static void handler(int number) {
    (void)number;
    rang++;
}

int main(void) {
    struct timespec before, after;
    signal(SIGALRM, handler);
    clock_gettime(CLOCK_MONOTONIC, &before);
    alarm(10);
    unsigned left = alarm(2);
    while (!rang)
        pause();
    clock_gettime(CLOCK_MONOTONIC, &after);
    printf("%u %ld %u\n", left, (long)(after.tv_sec - before.tv_sec), alarm(0));
    return 0;
}
