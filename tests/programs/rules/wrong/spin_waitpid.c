/* Asks and asks whether the child has ended, which sleeps. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();
    if (child == 0) {
        sleep(1);
        _exit(0);
    }
    while (waitpid(child, NULL, WNOHANG) == 0)
        ;
    return 0;
}
