/* An adaptive lock: two hundred quick tries, then the call that sleeps. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void take(int lock)
{
    for (int tries = 0; tries < 200; tries++)
        if (flock(lock, LOCK_EX | LOCK_NB) == 0)
            return;
    flock(lock, LOCK_EX);
}

int main(void)
{
    int lock = open("lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    flock(lock, LOCK_EX);
    if (fork() == 0) {
        int own = open("lock", O_RDWR);
        take(own);
        write(1, "mine\n", 5);
        _exit(0);
    }
    sleep(1);
    flock(lock, LOCK_UN);
    wait(NULL);
    unlink("lock");
    return 0;
}
