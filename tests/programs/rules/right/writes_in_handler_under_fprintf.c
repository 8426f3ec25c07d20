/* write is async-signal-safe, whatever the handler has interrupted. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static char much[100000];

static void on_signal(int number) {
    (void)number;
    write(1, "signal\n", 7);
}

int main(void) {
    int ends[2];
    setvbuf(stdout, NULL, _IONBF, 0);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    pipe(ends);
    pid_t child = fork();
    if (child == 0) {
        char buffer[4096];
        close(ends[1]);
        kill(getppid(), SIGUSR1);
        while (read(ends[0], buffer, sizeof buffer) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    FILE *out = fdopen(ends[1], "w");
    for (size_t i = 0; i < sizeof much - 1; i++)
        much[i] = 'x';
    fprintf(out, "%s\n", much);
    fclose(out);
    waitpid(child, NULL, 0);
    return 0;
}
