/* A child is never waited for. */
#include <unistd.h>

int main(void) {
    char byte;
    int ends[2];
    pipe(ends);
    if (fork() == 0)
        _exit(4);
    close(ends[1]);
    read(ends[0], &byte, 1);
    return 0;
}
