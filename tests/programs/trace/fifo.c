/* Reader and writer meet at a FIFO: each open waits for the other. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    char got[8];
    mkfifo("meet", 0600);
    if (fork() == 0) {
        int out = open("meet", O_WRONLY);
        write(out, "hello", 5);
        _exit(0);
    }
    int in = open("meet", O_RDONLY);
    int first = read(in, got, 8), last = read(in, got, 8);
    wait(NULL);
    unlink("meet");
    return !(first == 5 && last == 0);
}
