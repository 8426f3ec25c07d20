/* Never ends, and has children in sessions of their own that nothing but SIGKILL can end: one asleep, one stopped. */
#include <signal.h>
#include <unistd.h>

int main(void)
{
    for (int stopped = 0; stopped < 2; stopped++)
        if (fork() == 0) {
            setsid();
            for (int number = 1; number < 65; number++)
                signal(number, SIG_IGN);
            if (stopped)
                raise(SIGSTOP);
            for (;;)
                pause();
        }
    for (volatile unsigned turn = 0;; turn++)
        ;
}
