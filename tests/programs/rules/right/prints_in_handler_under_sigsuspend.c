/* Signals come in during sigsuspend alone, so nothing is in the middle of anything. */
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t seen;

static void on_signal(int number) {
    (void)number;
    printf("signal\n");
}

int main(void) {
    sigset_t block, before;
    setvbuf(stdout, NULL, _IONBF, 0);
    sem_init(&seen, 0, 0);
    signal(SIGUSR1, on_signal);
    sigemptyset(&block);
    sigaddset(&block, SIGUSR1);
    sigprocmask(SIG_BLOCK, &block, &before);
    pid_t child = fork();
    if (child == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    printf("ready\n");
    sigsuspend(&before);
    printf("done\n");
    waitpid(child, NULL, 0);
    return 0;
}
