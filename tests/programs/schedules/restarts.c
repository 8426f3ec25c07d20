/* A child sends signals whenever it likes; each is answered before the next. With SA_RESTART no call tells of them. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;
static int answer[2];

static void handler(int number) {
    int saved = errno;
    (void)number;
    handled++;
    write(answer[1], "a", 1);
    errno = saved;
}

int main(int argc, char **argv) {
    int restart = argc > 1 && !strcmp(argv[1], "restart");
    struct sigaction action = {.sa_handler = handler, .sa_flags = restart ? SA_RESTART : 0};
    int data[2], interrupted = 0, sum = 0;
    char byte;
    sigaction(SIGUSR1, &action, NULL);
    pipe(data);
    pipe(answer);
    pid_t parent = getpid();
    if (fork() == 0) {
        for (int i = 0; i < 5; i++) {
            kill(parent, SIGUSR1);
            while (read(answer[0], &byte, 1) != 1)
                ;
            byte = (char)(i + 1);
            write(data[1], &byte, 1);
        }
        _exit(0);
    }
    close(data[1]);
    for (;;) {
        ssize_t got = read(data[0], &byte, 1);
        if (got == 0)
            break;
        if (got < 0)
            interrupted += errno == EINTR ? 1 : 100;
        else
            sum += byte;
    }
    while (wait(NULL) < 0)
        interrupted += errno == EINTR ? 1 : 100;
    printf("handled %d, sum %d, %s\n", (int)handled, sum, interrupted == 0 || !restart ? "as asked" : "interrupted");
    return interrupted > 5;
}
