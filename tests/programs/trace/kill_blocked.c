/* SIGKILL to a child that sleeps in read. */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], ready[2], status;
    char byte;
    pipe(ends);
    pipe(ready);
    pid_t child = fork();
    if (child == 0) {
        write(ready[1], "x", 1);
        read(ends[0], &byte, 1);
        _exit(1);
    }
    read(ready[0], &byte, 1);
    sched_yield();
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
