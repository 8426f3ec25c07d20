/* The clean-up runs in the handler and at the end. */
#include <signal.h>
#include <unistd.h>

static int ends[2];

static void tidy(int number)
{
    (void)number;
    close(ends[0]);
}

int main(void)
{
    if (pipe(ends) < 0)
        return 1;
    signal(SIGALRM, tidy);
    alarm(1);
    pause();
    close(ends[0]);
    close(ends[1]);
    return 0;
}
