/* Leaves a process behind that nothing but SIGKILL can end, in a session of its own, and behaves. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    if (fork() == 0) {
        setsid();
        for (int number = 1; number < 65; number++)
            signal(number, SIG_IGN);
        if (fork() == 0)
            for (;;)
                pause();
        for (;;)
            pause();
    }
    return puts("done") < 0;
}
