/* Tests a flag that a handler sets, and then waits: the signal may come between the two. */
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
    signal(SIGUSR1, on_answer);
    pid_t parent = getpid();
    pid_t child = fork();
    if (child == 0) {
        kill(parent, SIGUSR1);
        _exit(0);
    }
    while (!answered)
        pause();
    waitpid(child, NULL, 0);
    puts("answered");
    return 0;
}
