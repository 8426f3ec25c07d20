/* A reader that has enough after its first line goes; the writer takes a broken pipe for that. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], status;
    signal(SIGPIPE, SIG_IGN);
    if (pipe(ends) < 0)
        return 2;
    if (fork() == 0) {
        char line[5];
        close(ends[1]);
        _exit(read(ends[0], line, 5) != 5);
    }
    close(ends[0]);
    write(ends[1], "stop\n", 5);
    if (write(ends[1], "more\n", 5) < 0 && errno != EPIPE)
        return 2;
    return wait(&status) < 0 || status != 0;
}
