/* An event loop on epoll: a timer that ticks, a signal descriptor, a pipe. */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int loop = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0), signals = signalfd(-1, &set, SFD_NONBLOCK);
    struct itimerspec every = {{0, 10000000}, {0, 10000000}};
    timerfd_settime(timer, 0, &every, NULL);
    struct epoll_event a = {EPOLLIN, {.fd = timer}}, b = {EPOLLIN, {.fd = signals}}, got;
    epoll_ctl(loop, EPOLL_CTL_ADD, timer, &a);
    epoll_ctl(loop, EPOLL_CTL_ADD, signals, &b);
    if (fork() == 0) {
        sleep(1);
        _exit(0);
    }
    int ticks = 0;
    for (;;) {
        epoll_wait(loop, &got, 1, -1);
        if (got.data.fd == signals)
            break;
        uint64_t count;
        ticks += read(timer, &count, sizeof count) == sizeof count;
    }
    wait(NULL);
    printf("%d\n", ticks > 50);
    return 0;
}
