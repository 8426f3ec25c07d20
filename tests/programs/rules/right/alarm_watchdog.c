/* A watchdog: SIGALRM kills a read that waits for too long. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/wait.h>

static void late(int number)
{
    (void)number;
    write(2, "too late\n", 9);
    _exit(3);
}

int main(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) < 0)
        return 1;
    signal(SIGALRM, late);
    if (fork() == 0) {
        close(ends[0]);
        sleep(2);
        write(ends[1], "x", 1);
        _exit(0);
    }
    close(ends[1]);
    alarm(5);
    if (read(ends[0], &byte, 1) != 1)
        return 1;
    alarm(0);
    wait(NULL);
    return 0;
}
