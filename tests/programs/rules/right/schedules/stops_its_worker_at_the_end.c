/* Whether the worker is so far as to handle the signal does not matter: it ends either way, and it has nothing to lose. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void on_term(int number) {
    (void)number;
    _exit(0);
}

int main(void) {
    pid_t worker = fork();
    if (worker == 0) {
        signal(SIGTERM, on_term);
        for (;;)
            pause();
    }
    puts("all is done");
    fflush(stdout);
    kill(worker, SIGTERM);
    waitpid(worker, NULL, 0);
    return 0;
}
