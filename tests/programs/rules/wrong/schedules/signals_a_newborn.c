/* Signals its child at once; the child may not have its handler yet. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void on_stop(int number) {
    (void)number;
    told = 1;
}

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        struct sigaction action = {.sa_handler = on_stop};
        sigset_t stop, old;
        sigemptyset(&stop);
        sigaddset(&stop, SIGUSR1);
        sigprocmask(SIG_BLOCK, &stop, &old);
        sigaction(SIGUSR1, &action, NULL);
        while (!told)
            sigsuspend(&old);
        _exit(0);
    }
    kill(child, SIGUSR1);
    int status;
    waitpid(child, &status, 0);
    return !WIFEXITED(status);
}
