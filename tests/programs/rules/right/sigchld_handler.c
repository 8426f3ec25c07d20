/* A handler reaps with WNOHANG whatever has ended; the main program sleeps in pause until all are gone. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t left = 40;

static void reap(int number)
{
    int kept = errno;
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        left--;
    errno = kept;
}

int main(void)
{
    sigset_t set, open;
    struct sigaction action = {.sa_handler = reap};
    sigaction(SIGCHLD, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, &open);
    for (int each = 0; each < 40; each++) {
        if (fork() == 0)
            _exit(0);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        sigprocmask(SIG_BLOCK, &set, NULL);
    }
    while (left > 0)
        sigsuspend(&open);
    return 0;
}
