/* sigtimedwait gives up, then takes the signal that a child sends. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    sigset_t set;
    struct timespec second = {1, 0};
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int late = sigtimedwait(&set, &info, &second), why = errno;
    pid_t child = fork();
    if (child == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    int got = sigtimedwait(&set, &info, &second);
    printf("%d %d %d %d\n", late, why == EAGAIN, got == SIGUSR1, info.si_pid == child);
    wait(NULL);
    return 0;
}
