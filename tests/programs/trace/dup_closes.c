/* The last write end goes away by dup2: the reader sees end-of-file although nobody calls close. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1));
    }
    dup2(0, ends[1]);
    int status;
    wait(&status);
    return status;
}
