/* Sleeps until the child has surely written, instead of waiting for it. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int fd = open("answer", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char byte;
    if (fork() == 0) {
        pwrite(fd, "R", 1, 0);
        _exit(0);
    }
    usleep(100000);
    ssize_t got = pread(fd, &byte, 1, 0);
    wait(NULL);
    unlink("answer");
    return got != 1;
}
