/* A child is stopped, seen stopped, continued, seen continued, and ends. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        raise(SIGSTOP);
        _exit(5);
    }
    waitpid(child, &status, WUNTRACED);
    printf("%d", WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    printf("%d", WIFCONTINUED(status));
    waitpid(child, &status, 0);
    printf("%d\n", WIFEXITED(status) && WEXITSTATUS(status) == 5);
    return 0;
}
