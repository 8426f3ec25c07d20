// Takes an interrupted read for an error and leaves; the signal was not meant to end anything.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t asked;

static void on_signal(int number) {
    (void)number;
    asked = 1;
}

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    int ends[2];
    if (pipe(ends)) return 1;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        close(ends[0]);
        char line[64];
        ssize_t n = read(0, line, sizeof line);
        _exit(write(ends[1], n > 0 ? line : "-", 1) != 1);
    }
    close(ends[1]);
    char first;
    ssize_t n = read(ends[0], &first, 1);
    if (n != 1) {
        perror("read");
        return 1;
    }
    waitpid(child, NULL, 0);
    printf("%c\n", first);
    return 0;
}
