/* A question and an answer over a socketpair. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
    if (fork() == 0) {
        close(ends[0]);
        recv(ends[1], &byte, 1, 0);
        byte++;
        send(ends[1], &byte, 1, 0);
        _exit(0);
    }
    close(ends[1]);
    write(ends[0], "a", 1);
    read(ends[0], &byte, 1);
    int end = read(ends[0], &byte, 1);
    wait(NULL);
    return !(byte == 'b' && end == 0);
}
