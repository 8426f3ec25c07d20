/* Writes once more to a pipe that it has closed. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char text[8];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[1]);
        while (read(ends[0], text, sizeof text) > 0)
            ;
        _exit(0);
    }
    close(ends[0]);
    write(ends[1], "one\n", 4);
    close(ends[1]);
    write(ends[1], "two\n", 4);
    wait(NULL);
    return 0;
}
