/* A handler for a change of the window's size is set; a read that it has interrupted is made again. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t resized;

static void handler(int number) {
    (void)number;
    resized = 1;
}

int main(void) {
    struct sigaction action = {.sa_handler = handler};
    char answer[5] = "";
    int ends[2], status;
    if (pipe(ends) < 0)
        return 2;
    sigaction(SIGWINCH, &action, NULL);
    if (fork() == 0) {
        close(ends[0]);
        write(ends[1], "done", 4);
        _exit(0);
    }
    close(ends[1]);
    while (read(ends[0], answer, 4) < 0)
        if (errno != EINTR)
            return 2;
    while (wait(&status) < 0)
        if (errno != EINTR)
            return 2;
    return status != 0 || strcmp(answer, "done") != 0;
}
