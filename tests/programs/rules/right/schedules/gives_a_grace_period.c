/* Asks the worker to stop, gives it a second, looks whether it did, and ends it if not. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_term(int number) {
    (void)number;
    _exit(0);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_term};
    sigaction(SIGTERM, &action, NULL);
    pid_t worker = fork();
    if (worker == 0)
        for (;;)
            pause();
    kill(worker, SIGTERM);
    sleep(1);
    if (waitpid(worker, NULL, WNOHANG) == 0) {
        puts("it had to be forced");
        kill(worker, SIGKILL);
        waitpid(worker, NULL, 0);
    }
    return 0;
}
