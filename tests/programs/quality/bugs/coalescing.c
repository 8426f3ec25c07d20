/* Reaps one child a signal; but one signal may stand for several children. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t reaped;

static void handler(int number) {
    (void)number;
    if (waitpid(-1, NULL, WNOHANG) > 0)
        reaped++;
}

int main(void) {
    struct sigaction action = {.sa_handler = handler};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGCHLD);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    sigaction(SIGCHLD, &action, NULL);
    for (int child = 0; child < 2; child++)
        if (fork() == 0)
            _exit(0);
    while (reaped < 2)
        sigsuspend(&before);
    return 0;
}
