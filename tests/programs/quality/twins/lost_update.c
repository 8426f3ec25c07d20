/* Two processes add to a number in a file, each holding its lock. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int fd = open("counter", O_RDWR | O_CREAT | O_TRUNC, 0600), value = 0;
    pwrite(fd, &value, sizeof value, 0);
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            fd = open("counter", O_RDWR);
            for (int i = 0; i < 2; i++) {
                flock(fd, LOCK_EX);
                pread(fd, &value, sizeof value, 0);
                value++;
                pwrite(fd, &value, sizeof value, 0);
                flock(fd, LOCK_UN);
            }
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    pread(fd, &value, sizeof value, 0);
    return value != 4;
}
