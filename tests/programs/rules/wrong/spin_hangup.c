/* poll reports the hang-up for ever, and nobody takes note. */
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        write(ends[1], "x", 1);
        _exit(0);
    }
    close(ends[1]);
    for (;;) {
        struct pollfd watched = {ends[0], POLLIN, 0};
        poll(&watched, 1, -1);
        if (watched.revents & POLLIN) {
            char byte;
            read(ends[0], &byte, 1);
        }
    }
}
