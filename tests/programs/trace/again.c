/* Reads from a non-blocking pipe until the other process has written. */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    if (fork() == 0) {
        write(ends[1], "x", 1);
        _exit(0);
    }
    while (read(ends[0], &byte, 1) < 0 && errno == EAGAIN)
        ;
    wait(NULL);
    return byte != 'x';
}
