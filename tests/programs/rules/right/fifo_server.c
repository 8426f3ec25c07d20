/* A server on a FIFO opens a write end itself, so that it sees no end-of-file between two clients. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    if (mkfifo("line", 0600) < 0)
        return 1;
    for (int client = 0; client < 2; client++)
        if (fork() == 0) {
            int out = open("line", O_WRONLY);
            write(out, client ? "two\n" : "one\n", 4);
            _exit(0);
        }
    int in = open("line", O_RDONLY), dummy = open("line", O_WRONLY);
    char text[9] = "";
    for (size_t got = 0; got < 8;) {
        ssize_t count = read(in, text + got, 8 - got);
        if (count <= 0)
            return 1;
        got += (size_t)count;
    }
    while (wait(NULL) > 0)
        ;
    close(dummy);
    close(in);
    unlink("line");
    printf("%zu\n", strlen(text));
    return 0;
}
