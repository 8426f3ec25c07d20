/* A child ends, and nobody ever waits for it. */
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        _exit(0);
    }
    close(ends[1]);
    return read(ends[0], &byte, 1) != 0;
}
