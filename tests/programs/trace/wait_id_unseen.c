/* waitid reaps a child for a caller that does not want to be told how it ended. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child == 0)
        _exit(9);
    int looked = waitid(P_PID, child, NULL, WEXITED | WNOWAIT), reaped = waitid(P_PID, child, NULL, WEXITED);
    printf("%d %d %d\n", looked, reaped, waitid(P_PID, child, NULL, WEXITED));
    return 0;
}
