/* poll, ppoll, select, pselect and epoll_wait with a limit: each gives up after its time, and says so. */
#define _GNU_SOURCE
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

int main(void) {
    int ends[2], epoll = epoll_create1(0);
    struct timespec second = {1, 0};
    struct timeval half = {0, 500000};
    struct epoll_event wanted = {EPOLLIN, {0}}, got;
    fd_set set;
    pipe(ends);
    struct pollfd watched = {ends[0], POLLIN, 0};
    epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &wanted);
    long begun = now();
    int a = poll(&watched, 1, 1500);
    int b = ppoll(&watched, 1, &second, NULL);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    int c = syscall(SYS_select, ends[0] + 1, &set, NULL, NULL, &half);
    int kept = FD_ISSET(ends[0], &set) != 0;
    FD_SET(ends[0], &set);
    int d = pselect(ends[0] + 1, &set, NULL, NULL, &second, NULL);
    int e = epoll_wait(epoll, &got, 1, 250);
    int f = poll(&watched, 1, 0);
    printf("%d%d%d%d%d%d %d %ld %ld\n", a, b, c, d, e, f, kept, (long)(half.tv_sec + half.tv_usec), now() - begun);
    return 0;
}
