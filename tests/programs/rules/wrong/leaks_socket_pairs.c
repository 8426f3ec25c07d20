/* A pair of sockets for each child; the parent's halves stay open when the child has gone. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int child = 0; child < 12; child++) {
        int pair[2];
        char byte;
        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
            return 1;
        if (fork() == 0) {
            close(pair[0]);
            write(pair[1], "x", 1);
            _exit(0);
        }
        close(pair[1]);
        read(pair[0], &byte, 1);
        wait(NULL);
    }
    return 0;
}
