/* Sleeps for its pace only; it reads after it has waited for the child. */
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
    wait(NULL);
    return pread(fd, &byte, 1, 0) != 1;
}
