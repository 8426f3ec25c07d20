/* select, pselect, poll, ppoll and epoll over a pipe, an eventfd, a timerfd and a pidfd, ready and not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    uint64_t three = 3, count = 0;
    pipe2(ends, O_CLOEXEC | O_NONBLOCK);
    int event = eventfd(0, EFD_NONBLOCK | EFD_SEMAPHORE), timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct itimerspec soon = {{0, 0}, {0, 20000000}};
    fd_set reads, writes;
    struct timeval moment = {0, 0};
    struct timespec blink = {0, 0};
    char byte = 'b';

    FD_ZERO(&reads);
    FD_SET(ends[0], &reads);
    int a = select(ends[0] + 1, &reads, NULL, NULL, &moment);
    int b = read(ends[0], &byte, 1);
    write(ends[1], "ab", 2);
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(ends[0], &reads);
    FD_SET(event, &reads);
    FD_SET(ends[1], &writes);
    int c = pselect(event + 1, &reads, &writes, NULL, &blink, NULL);
    struct pollfd watched[3] = {{ends[0], POLLIN, 0}, {event, POLLIN | POLLOUT, 0}, {99, POLLIN, 0}};
    int d = poll(watched, 3, 1000);
    write(event, &three, 8);
    read(event, &count, 8);
    int e = ppoll(watched, 2, &blink, NULL);

    int epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event want = {EPOLLIN, {.fd = timer}}, got[4];
    epoll_ctl(epoll, EPOLL_CTL_ADD, timer, &want);
    int none = epoll_wait(epoll, got, 4, 0);
    timerfd_settime(timer, 0, &soon, NULL);
    int f = epoll_wait(epoll, got, 4, -1);
    read(timer, &count, 8);
    epoll_ctl(epoll, EPOLL_CTL_DEL, timer, NULL);
    int wrong = epoll_ctl(epoll, EPOLL_CTL_MOD, timer, &want);

    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) < 0)
            poll(watched, 1, -1);
        _exit(byte);
    }
    int handle = syscall(SYS_pidfd_open, child, 0);
    struct pollfd end = {handle, POLLIN, 0};
    int g = poll(&end, 1, -1);
    siginfo_t info;
    waitid(P_PIDFD, handle, &info, WEXITED);
    close(ends[1]);
    int h = poll(watched, 1, -1), rest = read(ends[0], &byte, 1), last = read(ends[0], &byte, 1);
    printf("%d %d %d %d %d %d %d %d %d %d %d %d\n", a, b, c, d, e, none, f, wrong, g, h, rest, last);
    return 0;
}
