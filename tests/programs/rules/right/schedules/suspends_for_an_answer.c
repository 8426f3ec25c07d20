/* Blocks the signal, tests, and lets it in only while it sleeps. */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t answered;

static void on_answer(int number) {
    (void)number;
    answered = 1;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_answer};
    sigset_t answer, old;
    sigemptyset(&answer);
    sigaddset(&answer, SIGUSR1);
    sigprocmask(SIG_BLOCK, &answer, &old);
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    while (!answered)
        sigsuspend(&old);
    waitpid(child, NULL, 0);
    puts("answered");
    return 0;
}
