/* A poll with a limit is ended by data that comes before; select tells how much of its time was left. */
#include <poll.h>
#include <stdio.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    struct timespec second = {1, 0};
    struct timeval five = {5, 0};
    fd_set set;
    pipe(ends);
    if (fork() == 0) {
        nanosleep(&second, NULL);
        write(ends[1], "a", 1);
        nanosleep(&second, NULL);
        write(ends[1], "b", 1);
        _exit(0);
    }
    struct pollfd watched = {ends[0], POLLIN, 0};
    int ready = poll(&watched, 1, 3000);
    read(ends[0], &byte, 1);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    int found = select(ends[0] + 1, &set, NULL, NULL, &five);
    printf("%d %d %d %ld\n", ready, watched.revents == POLLIN, found, (long)(five.tv_sec + (five.tv_usec > 500000)));
    wait(NULL);
    return 0;
}
