/* A child makes a group of its own with two grandchildren and kills the group. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        setpgid(0, 0);
        for (int i = 0; i < 2; i++)
            if (fork() == 0)
                for (;;)
                    pause();
        kill(0, SIGKILL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    return !(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}
