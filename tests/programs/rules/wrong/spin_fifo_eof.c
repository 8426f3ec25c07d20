/* A FIFO server reads end-of-file again and again until the next client comes. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    mkfifo("line", 0600);
    if (fork() == 0) {
        for (int each = 0; each < 2; each++) {
            int out = open("line", O_WRONLY);
            write(out, "x", 1);
            close(out);
            sleep(1);
        }
        _exit(0);
    }
    int in = open("line", O_RDONLY);
    char byte;
    for (int got = 0; got < 2;)
        got += read(in, &byte, 1) == 1;
    wait(NULL);
    unlink("line");
    return 0;
}
