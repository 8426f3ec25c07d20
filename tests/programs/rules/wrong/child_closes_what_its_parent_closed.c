/* The parent closes the read end too early, and the child reads from it. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) < 0)
        return 1;
    write(ends[1], "x", 1);
    close(ends[0]);
    if (fork() == 0) {
        close(ends[1]);
        _exit(read(ends[0], &byte, 1) != 1);
    }
    close(ends[1]);
    wait(NULL);
    return 0;
}
