/* Each message is awaited with poll, and the pipe is then read until it says EAGAIN. */
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2], back[2];
    char byte;
    if (pipe(ends) < 0 || pipe(back) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        close(back[1]);
        for (int each = 0; each < 120; each++) {
            write(ends[1], "x", 1);
            read(back[0], &byte, 1);
        }
        _exit(0);
    }
    close(ends[1]);
    close(back[0]);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    for (int over = 0; !over;) {
        struct pollfd watched = {ends[0], POLLIN, 0};
        poll(&watched, 1, -1);
        ssize_t count;
        int took = 0;
        while ((count = read(ends[0], &byte, 1)) == 1)
            took++;
        over = count == 0;
        if (took)
            write(back[1], "y", 1);
    }
    wait(NULL);
    return 0;
}
