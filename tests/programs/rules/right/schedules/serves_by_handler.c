/* A worker that does everything in its handler and pauses between; its parent stops it when all is done. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static int answers[2];

static void on_order(int number) {
    (void)number;
    write(answers[1], "x", 1);
}

int main(void) {
    struct sigaction action = {.sa_handler = on_order};
    sigaction(SIGUSR1, &action, NULL);
    pipe(answers);
    pid_t worker = fork();
    if (worker == 0) {
        close(answers[0]);
        for (;;)
            pause();
    }
    close(answers[1]);
    char answer;
    for (int order = 0; order < 3; order++) {
        kill(worker, SIGUSR1);
        read(answers[0], &answer, 1);
    }
    kill(worker, SIGKILL);
    waitpid(worker, NULL, 0);
    return 0;
}
