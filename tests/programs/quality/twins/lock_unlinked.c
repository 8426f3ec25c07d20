/* Correct twin. Source: CWE-367, flock(2): a lock belongs to the open inode, not to the name.
   After flock() the name is looked up again; if it is no longer the locked inode, start over.
   Only a checked holder unlinks, as its last step, so at most one process is ever between check and unlink. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int take(void) {
    for (;;) {
        int fd = open("lock", O_RDWR | O_CREAT, 0600);
        if (fd < 0 || flock(fd, LOCK_EX) < 0)
            _exit(2);
        struct stat mine, named;
        if (fstat(fd, &mine) == 0 && stat("lock", &named) == 0 && mine.st_ino == named.st_ino &&
            mine.st_dev == named.st_dev)
            return fd;
        close(fd);
    }
}

static void count(int counter) {
    int value = 0, fd = take();
    if (pread(counter, &value, sizeof value, 0) != sizeof value)
        _exit(2);
    value++;
    if (pwrite(counter, &value, sizeof value, 0) != sizeof value)
        _exit(2);
    unlink("lock");
    close(fd);
    _exit(0);
}

int main(void) {
    int counter = open("counter", O_RDWR | O_CREAT | O_TRUNC, 0600), value = 0, status, bad = 0;
    if (counter < 0 || pwrite(counter, &value, sizeof value, 0) != sizeof value)
        return 2;
    for (int i = 0; i < 3; i++)
        if (fork() == 0)
            count(counter);
    while (wait(&status) > 0)
        bad |= status;
    if (pread(counter, &value, sizeof value, 0) != sizeof value)
        bad = 1;
    unlink("counter");
    return bad || value != 3;
}
