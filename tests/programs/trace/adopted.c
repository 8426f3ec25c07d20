/* A grandchild whose parent ends: the subreaper gets it; a child that nobody has to wait for; one made for a sibling. */
#define _GNU_SOURCE
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int gate[2];
    char byte;
    pipe(gate);
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    if (fork() == 0) {
        if (fork() == 0) {
            close(gate[1]);
            read(gate[0], &byte, 1);
            _exit(3);
        }
        if (syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0) == 0)
            _exit(4);
        _exit(0);
    }
    wait(0);
    wait(0);
    close(gate[1]);
    wait(0);
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0)
        _exit(0);
    return wait(0) != -1;
}
