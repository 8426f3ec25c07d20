/* The client opens the FIFO for each message and never closes it. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char text[64];
    mkfifo("line", 0600);
    if (fork() == 0) {
        for (int each = 0; each < 12; each++) {
            int out = open("line", O_WRONLY);
            write(out, "hello\n", 6);
        }
        _exit(0);
    }
    int in = open("line", O_RDONLY);
    while (read(in, text, sizeof text) > 0)
        ;
    wait(NULL);
    unlink("line");
    return 0;
}
