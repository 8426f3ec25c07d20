/* The child kills its parent before the line is printed. */
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

int main(void)
{
    if (fork() == 0) {
        kill(getppid(), SIGKILL);
        _exit(0);
    }
    pause();
    puts("done");
    return 0;
}
