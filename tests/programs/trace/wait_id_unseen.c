/* waitid reaps children for a caller that does not want to be told how they ended: by number, by pidfd, whichever, of a group. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child_that_ends_with(int status) {
    pid_t child = fork();
    if (child == 0)
        _exit(status);
    return child;
}

int main(void) {
    pid_t one = child_that_ends_with(1), two = child_that_ends_with(2);
    child_that_ends_with(3);
    int handle = (int)syscall(SYS_pidfd_open, two, 0);
    int looked = waitid(P_PID, one, NULL, WEXITED | WNOWAIT), named = waitid(P_PID, one, NULL, WEXITED);
    int held = waitid(P_PIDFD, (id_t)handle, NULL, WEXITED), any = waitid(P_ALL, 0, NULL, WEXITED);
    child_that_ends_with(4);
    int group = waitid(P_PGID, 0, NULL, WEXITED);
    printf("%d %d %d %d %d %d\n", looked, named, held, any, group, waitid(P_ALL, 0, NULL, WEXITED));
    return 0;
}
