/* Source: CWE-367 (time of check, time of use) and flock(2): a lock belongs to the open inode, not to the name;
   the well-known "unlink of a lock file while others already have it open" race.
   BUG: the holder removes the lock file, so a waiter gets the lock of a nameless inode while a newcomer locks a new file.
   Order: B opens "lock"; A opens, locks, counts, unlinks, ends; B locks the old inode and reads the counter;
   C makes a new "lock", counts, ends; B writes its old value + 1: one count is lost (exit 1). */
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
        return fd;
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
