/* A server that prints from its handlers: they run only inside sigsuspend, where nothing unsafe is going on. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t over;

static void serve(int number)
{
    printf("signal %d\n", number == SIGUSR1);
    fflush(stdout);
    over += number == SIGTERM;
}

int main(void)
{
    sigset_t all, open;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &open);
    struct sigaction action = {.sa_handler = serve};
    sigfillset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    pid_t client = fork();
    if (client == 0) {
        kill(getppid(), SIGUSR1);
        kill(getppid(), SIGTERM);
        _exit(0);
    }
    while (!over)
        sigsuspend(&open);
    waitpid(client, NULL, 0);
    return 0;
}
