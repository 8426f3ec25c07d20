/* A POSIX timer sends SIGRTMIN with a value three times, to sigwaitinfo; timer_gettime tells its interval. */
#include <signal.h>
#include <stdio.h>
#include <time.h>

int main(void) {
    timer_t timer;
    struct sigevent how = {0};
    struct itimerspec each = {{1, 0}, {2, 0}}, now;
    siginfo_t info;
    sigset_t set;
    int sum = 0;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    how.sigev_notify = SIGEV_SIGNAL;
    how.sigev_signo = SIGRTMIN;
    how.sigev_value.sival_int = 14;
    if (timer_create(CLOCK_MONOTONIC, &how, &timer) || timer_settime(timer, 0, &each, NULL))
        return 1;
    for (int i = 0; i < 3; i++)
        if (sigwaitinfo(&set, &info) == SIGRTMIN && info.si_code == SI_TIMER)
            sum += info.si_value.sival_int;
    timer_gettime(timer, &now);
    timer_delete(timer);
    printf("%d %ld\n", sum, (long)now.it_interval.tv_sec);
    return 0;
}
