/* The same with SA_NOCLDWAIT; wait() then sleeps until all children have gone, and fails with ECHILD. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};
    sigaction(SIGCHLD, &action, NULL);
    for (int child = 0; child < 3; child++)
        if (fork() == 0)
            _exit(0);
    if (wait(NULL) < 0 && errno == ECHILD)
        puts("gone");
    return 0;
}
