/* A handled signal interrupts read: once EINTR is seen, with SA_RESTART it is not (argument "restart"). */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void handler(int number) {
    (void)number;
    write(1, "handler\n", 8);
}

int main(int argc, char **argv) {
    int ends[2], interrupted = 0;
    char byte;
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = argc > 1 && !strcmp(argv[1], "restart") ? SA_RESTART : 0;
    sigaction(SIGUSR1, &action, NULL);
    pipe(ends);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        write(ends[1], "x", 1);
        _exit(0);
    }
    while (read(ends[0], &byte, 1) < 0 && errno == EINTR)
        interrupted++;
    wait(NULL);
    printf("%d\n", interrupted);
    return 0;
}
