/* The writer does not expect that its reader may leave. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char text[16];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        static char block[4096];
        for (int each = 0; each < 100; each++)
            write(ends[1], block, sizeof block);
        _exit(0);
    }
    close(ends[1]);
    read(ends[0], text, sizeof text);
    close(ends[0]);
    wait(NULL);
    return 0;
}
