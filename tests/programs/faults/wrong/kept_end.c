// A writer and a reader, and a parent that closes its own write end only if the writer has ended well: else the reader waits for ever.
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2], status = 0;
    char byte;
    if (pipe(ends)) return 1;
    pid_t writer = fork();
    if (writer < 0) return 1;
    if (writer == 0) {
        close(ends[0]);
        for (int count = 0; count < 3; count++)
            if (write(ends[1], "x", 1) != 1) _exit(1);
        _exit(0);
    }
    pid_t reader = fork();
    if (reader == 0) {
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0) continue;
        _exit(0);
    }
    close(ends[0]);
    if (reader < 0) close(ends[1]);
    if (waitpid(writer, &status, 0) != writer) return 1;
    if (WIFEXITED(status)) close(ends[1]);
    if (reader > 0) waitpid(reader, NULL, 0);
    return reader < 0;
}
