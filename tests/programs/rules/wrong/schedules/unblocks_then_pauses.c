/* Blocks the signal while it prepares itself, lets it in again, and only then begins to wait for it. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_go(int number) {
    (void)number;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_go};
    sigset_t go;
    sigemptyset(&go);
    sigaddset(&go, SIGUSR2);
    sigprocmask(SIG_BLOCK, &go, NULL);
    sigaction(SIGUSR2, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        sigprocmask(SIG_UNBLOCK, &go, NULL);
        pause();
        _exit(7);
    }
    kill(child, SIGUSR2);
    int status;
    waitpid(child, &status, 0);
    return WEXITSTATUS(status) != 7;
}
