/* A handled signal ends a sleep of 10 s after 3 s: EINTR, and 7 s are left. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void handler(int number) { (void)number; }

int main(void) {
    struct timespec ten = {10, 0}, three = {3, 0}, rest = {0, 0};
    signal(SIGUSR1, handler);
    if (fork() == 0) {
        nanosleep(&three, NULL);
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    int failed = nanosleep(&ten, &rest);
    printf("%d %d %ld\n", failed, errno == EINTR, (long)(rest.tv_sec + (rest.tv_nsec > 500000000)));
    wait(NULL);
    return 0;
}
