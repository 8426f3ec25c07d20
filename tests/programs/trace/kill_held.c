/* SIGKILL to a child that has not taken a step yet, nor will. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        write(1, "never\n", 6);
        _exit(0);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
