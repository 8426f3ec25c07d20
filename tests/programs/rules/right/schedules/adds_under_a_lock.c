/* Two workers add to a number in a file, each under a lock; the parent prints the total. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int total = 0;
    int fd = open("total", O_RDWR | O_CREAT, 0600);
    pwrite(fd, &total, sizeof total, 0);
    for (int worker = 0; worker < 2; worker++)
        if (fork() == 0) {
            int mine = open("total", O_RDWR);
            flock(mine, LOCK_EX);
            pread(mine, &total, sizeof total, 0);
            total++;
            pwrite(mine, &total, sizeof total, 0);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    pread(fd, &total, sizeof total, 0);
    printf("total %d\n", total);
    unlink("total");
    return 0;
}
