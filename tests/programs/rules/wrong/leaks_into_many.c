/* Each of two programs inherits the write end to another child, which is still at work. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        char byte;
        close(ends[1]);
        while (read(ends[0], &byte, 1) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    for (int each = 0; each < 2; each++) {
        if (fork() == 0) {
            execl("/bin/true", "true", (char *)NULL);
            _exit(127);
        }
        write(ends[1], "x", 1);
    }
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
