/* waitid looks at a child without reaping it, then reaps it. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    siginfo_t info;
    pid_t child = fork();
    if (child == 0)
        _exit(9);
    int first = waitid(P_PID, child, &info, WEXITED | WNOWAIT), status = info.si_status;
    int second = waitid(P_ALL, 0, &info, WEXITED);
    printf("%d %d %d %d\n", first, status, second, info.si_pid == child);
    return 0;
}
