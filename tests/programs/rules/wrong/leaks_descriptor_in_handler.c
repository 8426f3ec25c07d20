/* Each signal opens the log, and no one closes it. */
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void note(int number)
{
    (void)number;
    int log = open("log", O_CREAT | O_WRONLY | O_APPEND, 0600);
    write(log, "signal\n", 7);
    seen++;
}

int main(void)
{
    sigset_t set, open_set;
    struct sigaction action = {.sa_handler = note};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &open_set);
    sigaction(SIGUSR1, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        for (int each = 0; each < 12; each++) {
            kill(getppid(), SIGUSR1);
            usleep(1000);
        }
        _exit(0);
    }
    while (seen < 12)
        sigsuspend(&open_set);
    waitpid(child, NULL, 0);
    unlink("log");
    return 0;
}
