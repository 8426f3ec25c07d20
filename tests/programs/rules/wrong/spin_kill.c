/* Asks with signal 0 again and again whether a grandchild still lives. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    pid_t grandchild;
    if (pipe(ends) < 0)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        grandchild = fork();
        if (grandchild == 0) {
            close(ends[1]);
            setsid();
            sleep(2);
            _exit(0);
        }
        write(ends[1], &grandchild, sizeof grandchild);
        _exit(0);
    }
    close(ends[1]);
    read(ends[0], &grandchild, sizeof grandchild);
    waitpid(child, NULL, 0);
    while (kill(grandchild, 0) == 0)
        ;
    return 0;
}
