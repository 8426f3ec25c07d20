/* A timer that rings again and again: whoever misses one signal has the next. */
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t rings;

static void on_alarm(int number) {
    (void)number;
    rings++;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_alarm};
    struct itimerval often = {{0, 1000}, {0, 1000}};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    while (rings < 3)
        pause();
    return 0;
}
