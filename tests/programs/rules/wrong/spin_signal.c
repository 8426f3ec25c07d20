/* Asks whether a signal is there with a limit of zero, again and again. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    sigset_t set;
    struct timespec zero = {0, 0};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (fork() == 0) {
        sleep(1);
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (sigtimedwait(&set, NULL, &zero) < 0)
        ;
    wait(NULL);
    return 0;
}
