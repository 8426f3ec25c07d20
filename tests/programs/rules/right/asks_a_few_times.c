/* Tries forty times without waiting, then has it wait. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();
    if (child == 0) {
        sleep(1);
        _exit(0);
    }
    for (int tries = 0; tries < 40; tries++)
        if (waitpid(child, NULL, WNOHANG) == child)
            return 0;
    waitpid(child, NULL, 0);
    return 0;
}
