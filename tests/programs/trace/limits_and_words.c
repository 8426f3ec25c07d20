/* Futexes, one each: a value that has changed, nobody to wake, a limit that ends; and sleeps, alarms and timers. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static void rings(int number) {
    (void)number;
    write(1, "ring\n", 5);
}

int main(void) {
    uint32_t word = 1;
    struct timespec blink = {0, 1000000};
    struct itimerval soon = {{0, 0}, {0, 20000}}, off = {{0, 0}, {0, 0}};
    sigset_t alarm_only, open;
    int a = syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
    int b = syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 1, &blink, NULL, 0);
    int c = syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 5, NULL, NULL, 0);
    nanosleep(&blink, NULL);
    clock_nanosleep(CLOCK_MONOTONIC, 0, &blink, NULL);
    struct timespec wrong = {0, -1};
    int d = nanosleep(&wrong, NULL);
    signal(SIGALRM, rings);
    sigemptyset(&alarm_only);
    sigaddset(&alarm_only, SIGALRM);
    sigprocmask(SIG_BLOCK, &alarm_only, &open);
    setitimer(ITIMER_REAL, &soon, NULL);
    sigsuspend(&open);
    int left = alarm(100), more = alarm(0);
    setitimer(ITIMER_REAL, &off, NULL);
    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN};
    struct itimerspec once = {{0, 0}, {0, 20000000}};
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    signal(SIGRTMIN, rings);
    sigaddset(&alarm_only, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &alarm_only, NULL);
    timer_settime(timer, 0, &once, NULL);
    sigsuspend(&open);
    timer_delete(timer);
    printf("%d %d %d %d %d %d\n", a, b, c, d, left, more > 90);
    return 0;
}
