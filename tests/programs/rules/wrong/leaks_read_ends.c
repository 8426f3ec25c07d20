/* One pipe a child, one child after the other; the read ends stay open. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int child = 0; child < 12; child++) {
        int ends[2];
        char byte;
        if (pipe(ends) < 0)
            return 1;
        if (fork() == 0) {
            close(ends[0]);
            write(ends[1], "x", 1);
            _exit(0);
        }
        close(ends[1]);
        while (read(ends[0], &byte, 1) == 1)
            ;
        wait(NULL);
    }
    return 0;
}
