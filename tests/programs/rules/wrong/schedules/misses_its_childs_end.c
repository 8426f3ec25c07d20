/* Installs its handler for ended children after the fork: one that ends at once is never counted. */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void on_child(int number) {
    (void)number;
    ended = 1;
}

int main(void) {
    if (fork() == 0)
        _exit(0);
    sigset_t child, old;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    struct sigaction action = {.sa_handler = on_child};
    sigaction(SIGCHLD, &action, NULL);
    sigprocmask(SIG_BLOCK, &child, &old);
    while (!ended)
        sigsuspend(&old);
    return wait(NULL) < 0;
}
