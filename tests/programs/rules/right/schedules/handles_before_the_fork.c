/* The handler is there before anyone can send; the child inherits it. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_stop(int number) {
    (void)number;
    _exit(0);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_stop};
    sigaction(SIGUSR1, &action, NULL);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    kill(child, SIGUSR1);
    int status;
    waitpid(child, &status, 0);
    return !WIFEXITED(status);
}
