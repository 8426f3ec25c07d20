// real|planned: the reader of a pipe is killed before its second read. Where it is real, it kills itself; else a plan does.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char data[100000];

int main(int argc, char **argv) {
    (void)argc;
    int ends[2], status;
    char byte;
    if (pipe(ends)) return 1;
    signal(SIGPIPE, SIG_IGN);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        if (read(ends[0], &byte, 1) != 1) _exit(1);
        if (!strcmp(argv[1], "real")) raise(SIGKILL);
        _exit(read(ends[0], data, sizeof data) < 0);
    }
    close(ends[0]);
    ssize_t first = write(ends[1], data, sizeof data);
    ssize_t second = write(ends[1], data, sizeof data);
    printf("%zd %zd %s\n", first, second, strerror(errno));
    wait(&status);
    printf("signal %d\n", WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    return 0;
}
