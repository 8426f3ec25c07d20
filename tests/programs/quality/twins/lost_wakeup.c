/* Blocks the signal, tests the flag, and waits with the signal open in one step. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ready;

static void handler(int number) {
    (void)number;
    ready = 1;
}

int main(void) {
    struct sigaction action = {.sa_handler = handler};
    sigset_t blocked, before;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid();
    if (fork() == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    while (!ready)
        sigsuspend(&before);
    return wait(NULL) < 0;
}
