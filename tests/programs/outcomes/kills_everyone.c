/* Kills every process it can reach, its own child among them, and then behaves. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();

    if (child == 0)
        for (;;)
            pause();
    kill(-1, SIGKILL);
    if (waitpid(child, NULL, 0) != child)
        return 1;
    puts("done");
    return 0;
}
