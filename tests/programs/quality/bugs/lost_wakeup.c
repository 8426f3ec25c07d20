/* Tests a flag, then waits for the signal that sets it. */
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
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid();
    if (fork() == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    while (!ready)
        pause();
    return wait(NULL) < 0;
}
