/* The reader holds the write end itself: it never sees end-of-file. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char text[16];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        while (read(ends[0], text, sizeof text) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    write(ends[1], "hello\n", 6);
    close(ends[1]);
    wait(NULL);
    return 0;
}
