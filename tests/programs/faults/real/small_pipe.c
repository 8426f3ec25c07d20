// real|planned: a non-blocking write of more than a small pipe holds, which takes a part. Where it is real the program makes the
// pipe small itself (F_SETPIPE_SZ), else a plan does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char data[9000];

int main(int argc, char **argv) {
    (void)argc;
    int ends[2];
    if (pipe2(ends, O_NONBLOCK)) return 1;
    if (!strcmp(argv[1], "real")) fcntl(ends[1], F_SETPIPE_SZ, 4096);
    printf("now\n");
    fflush(stdout);
    ssize_t first = write(ends[1], data, sizeof data);
    ssize_t second = write(ends[1], data, sizeof data);
    printf("%zd %zd %s; size %d\n", first, second, strerrorname_np(errno), fcntl(ends[1], F_GETPIPE_SZ));
    return 0;
}
