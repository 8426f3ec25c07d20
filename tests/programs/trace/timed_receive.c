/* A receive with a time limit on a socketpair to which nobody writes: it gives up. The same without limit never does. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int ends[2];
    char byte, block[4096] = {0};
    struct timeval limit = {3600, 500000}, told = {0}, none = {0};
    socklen_t size = sizeof told;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (argc > 1) {
        while (send(ends[1], block, sizeof block, MSG_DONTWAIT) > 0)
            ;
        setsockopt(ends[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
        return !(write(ends[1], block, sizeof block) == -1 && errno == EAGAIN);
    }
    if (setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0)
        return 1;
    getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &told, &size);
    if (told.tv_sec != limit.tv_sec || told.tv_usec != limit.tv_usec)
        return 2;
    if (recv(ends[0], &byte, 1, 0) != -1 || errno != EAGAIN)
        return 3;
    if (read(ends[0], &byte, 1) != -1 || errno != EAGAIN)
        return 4;
    write(ends[1], "x", 1);
    if (recv(ends[0], &byte, 1, 0) != 1 || byte != 'x')
        return 5;
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    size = sizeof told;
    getsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &told, &size);
    return told.tv_sec || told.tv_usec ? 6 : 0;
}
