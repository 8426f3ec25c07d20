/* A timerfd: a read waits for it, a poll sees it, missed expiries add up. */
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    uint64_t count = 0, missed = 0;
    struct itimerspec each = {{1, 0}, {1, 0}}, now;
    struct timespec three = {3, 500000000};
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    timerfd_settime(fd, 0, &each, NULL);
    read(fd, &count, 8);
    struct pollfd watched = {fd, POLLIN, 0};
    int ready = poll(&watched, 1, -1);
    read(fd, &count, 8);
    nanosleep(&three, NULL);
    read(fd, &missed, 8);
    timerfd_gettime(fd, &now);
    printf("%d %llu %llu %ld\n", ready, (unsigned long long)count, (unsigned long long)missed, (long)now.it_interval.tv_sec);
    return 0;
}
