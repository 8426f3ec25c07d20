// pipe|socket real|planned|handled: a write of more than fits, which is stopped and continued while it sleeps. Where it is real, a
// child stops and continues the writer (handled: it sends a signal whose handler has SA_RESTART); else a plan breaks the sleep off.
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char data[400000];

static void on_signal(int number) { (void)number; }

int main(int argc, char **argv) {
    (void)argc;
    struct sigaction action;
    int ends[2], gate[2];
    char byte;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    if (pipe(gate) || (!strcmp(argv[1], "pipe") ? pipe(ends) : socketpair(AF_UNIX, SOCK_STREAM, 0, ends))) return 1;
    if (fork() == 0) {
        struct timespec moment = {1, 0};
        close(gate[1]);
        if (strcmp(argv[2], "planned")) {
            nanosleep(&moment, NULL);
            if (!strcmp(argv[2], "handled")) kill(getppid(), SIGUSR1);
            else {
                kill(getppid(), SIGSTOP);
                kill(getppid(), SIGCONT);
            }
        }
        _exit(read(gate[0], &byte, 1) != 0);
    }
    close(gate[0]);
    memset(data, 'x', sizeof data);
    printf("now\n");
    fflush(stdout);
    ssize_t wrote = write(ends[1], data, sizeof data);
    printf("%zd\n", wrote);
    fflush(stdout);
    return 0;
}
