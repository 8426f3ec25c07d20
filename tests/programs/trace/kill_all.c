/* kill(-1): every process of the box but the sender. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status, killed = 0;
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            for (;;)
                pause();
    kill(-1, SIGTERM);
    while (wait(&status) > 0)
        killed += WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
    return killed == 3 ? 0 : 1;
}
