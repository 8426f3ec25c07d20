/* setitimer rings every 100 ms; getitimer tells what is left. */
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t rang;

static void handler(int number) {
    (void)number;
    rang++;
}

int main(void) {
    struct itimerval each = {{0, 100000}, {0, 250000}}, now;
    sigset_t blocked, old;
    signal(SIGALRM, handler);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGALRM);
    sigprocmask(SIG_BLOCK, &blocked, &old);
    setitimer(ITIMER_REAL, &each, NULL);
    getitimer(ITIMER_REAL, &now);
    while (rang < 5)
        sigsuspend(&old);
    struct itimerval none = {{0, 0}, {0, 0}}, last;
    setitimer(ITIMER_REAL, &none, &last);
    printf("%d %ld %ld\n", rang, (long)now.it_interval.tv_usec, (long)last.it_interval.tv_usec);
    return 0;
}
