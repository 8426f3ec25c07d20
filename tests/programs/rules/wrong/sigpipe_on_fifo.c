/* The reader of a FIFO leaves before the writer is through. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char byte;
    mkfifo("line", 0600);
    pid_t reader = fork();
    if (reader == 0) {
        int in = open("line", O_RDONLY);
        read(in, &byte, 1);
        unlink("line");
        _exit(0);
    }
    int out = open("line", O_WRONLY);
    write(out, "x", 1);
    waitpid(reader, NULL, 0);
    write(out, "y", 1);
    return 0;
}
