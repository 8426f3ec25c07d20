/* The receiver tests and pauses; the sender knows that this may miss a signal, and repeats it until it has an answer. */
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t got;

static void on_signal(int number) {
    (void)number;
    got = 1;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL);
    int answer[2];
    pipe(answer);
    pid_t child = fork();
    if (child == 0) {
        close(answer[0]);
        while (!got)
            pause();
        write(answer[1], "!", 1);
        _exit(0);
    }
    close(answer[1]);
    struct timespec moment = {.tv_nsec = 10000000};
    while (waitpid(child, NULL, WNOHANG) == 0) {
        kill(child, SIGUSR1);
        nanosleep(&moment, NULL);
    }
    char byte;
    return read(answer[0], &byte, 1) != 1;
}
