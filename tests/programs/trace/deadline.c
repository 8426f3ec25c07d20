/* Asks the clock until two seconds have passed, while a child sleeps for one. */
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct timespec before, now;
    if (fork() == 0) {
        sleep(1);
        _exit(0);
    }
    clock_gettime(CLOCK_MONOTONIC, &before);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while (now.tv_sec - before.tv_sec < 2);
    return waitpid(-1, NULL, WNOHANG) <= 0;
}
