/* The writer ignores SIGPIPE, and EPIPE tells it that the reader has left. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte;
    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        char block[4096] = "";
        while (write(ends[1], block, sizeof block) > 0)
            ;
        _exit(errno != EPIPE);
    }
    close(ends[1]);
    read(ends[0], &byte, 1);
    close(ends[0]);
    wait(NULL);
    return 0;
}
