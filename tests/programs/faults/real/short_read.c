// real|planned|whole: a child reads what its parent writes, 2 and 3 bytes. Where it is real, the child reads between the two
// writes; else after them, and a plan says that it came between. Whole: one write of 5.
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argc;
    int ends[2];
    char got[64];
    struct timespec moment = {1, 0};
    if (pipe(ends)) return 1;
    if (fork() == 0) {
        ssize_t n;
        close(ends[1]);
        while ((n = read(ends[0], got, sizeof got)) > 0) {
            printf("%zd %.*s\n", n, (int)n, got);
            fflush(stdout);
        }
        _exit(0);
    }
    close(ends[0]);
    if (!strcmp(argv[1], "whole")) {
        if (write(ends[1], "abcde", 5) != 5) return 1;
    } else {
        if (write(ends[1], "ab", 2) != 2) return 1;
        if (!strcmp(argv[1], "real")) nanosleep(&moment, NULL);
        if (write(ends[1], "cde", 3) != 3) return 1;
    }
    close(ends[1]);
    wait(NULL);
    return 0;
}
