/* Signals are open only inside ppoll: each handler that runs is one EINTR of it, and nothing else sees one. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void handler(int number) {
    (void)number;
    handled++;
}

int main(void) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigset_t blocked, open;
    int pair[2], interrupted = 0, foreign = 0, bytes = 0;
    char byte;
    sigemptyset(&open);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    sigaction(SIGUSR1, &action, NULL);
    pipe(pair);
    pid_t parent = getpid();
    if (fork() == 0) {
        for (int i = 0; i < 4; i++) {
            kill(parent, SIGUSR1);
            write(pair[1], "x", 1);
        }
        _exit(0);
    }
    close(pair[1]);
    for (;;) {
        struct pollfd one = {.fd = pair[0], .events = POLLIN};
        if (ppoll(&one, 1, NULL, &open) < 0) {
            interrupted += errno == EINTR;
            continue;
        }
        ssize_t got = read(pair[0], &byte, 1);
        foreign += got < 0;
        if (got == 0)
            break;
        bytes++;
    }
    foreign += waitpid(-1, NULL, 0) < 0;
    printf("bytes %d, foreign %d, %s\n", bytes, foreign, interrupted == handled ? "equal" : "unequal");
    return 0;
}
