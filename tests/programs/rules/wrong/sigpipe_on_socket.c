/* send without MSG_NOSIGNAL, when the peer has gone. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int pair[2];
    char byte;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return 1;
    if (fork() == 0) {
        close(pair[0]);
        read(pair[1], &byte, 1);
        _exit(0);
    }
    close(pair[1]);
    send(pair[0], "x", 1, 0);
    wait(NULL);
    send(pair[0], "y", 1, 0);
    return 0;
}
