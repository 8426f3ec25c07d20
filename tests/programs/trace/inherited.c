/* Which descriptors a new program has: opened, made, copied and marked in every way, then looked at after execve. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int pair[2], ends[2], quiet[2];
    if (argc > 1) {
        int held = 0;
        for (int fd = 3; fd < 24; fd++)
            held += fcntl(fd, F_GETFD) >= 0;
        printf("%d\n", held);
        return 0;
    }
    int a = open("/dev/null", O_RDONLY | O_CLOEXEC), b = open("/dev/null", O_WRONLY | O_APPEND);
    pipe2(ends, O_CLOEXEC);
    pipe2(quiet, O_NONBLOCK);
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
    dup(ends[0]);
    dup2(ends[1], 20);
    dup2(20, 20);
    dup3(a, 21, O_CLOEXEC);
    dup3(a, a, O_CLOEXEC);
    dup2(77, 22);
    fcntl(b, F_SETFD, FD_CLOEXEC);
    fcntl(21, F_SETFD, 0);
    fcntl(a, F_DUPFD, 15);
    fcntl(a, F_DUPFD_CLOEXEC, 15);
    fcntl(quiet[0], F_SETFL, fcntl(quiet[0], F_GETFL) & ~O_NONBLOCK);
    fcntl(ends[0], F_SETPIPE_SZ, 8192);
    fcntl(ends[0], F_GETPIPE_SZ);
    close(quiet[1]);
    close(quiet[1]);
    close_range(17, 18, 0);
    close_range(3, 4, CLOSE_RANGE_CLOEXEC);
    execl(argv[0], argv[0], "look", (char *)0);
    return 1;
}
