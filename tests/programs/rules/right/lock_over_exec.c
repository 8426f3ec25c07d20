/* A lock is held by an open descriptor, which the next program inherits for that very reason. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int lock = open("lock", O_CREAT | O_RDWR, 0600);
    flock(lock, LOCK_EX);
    if (fork() == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    close(lock);
    wait(NULL);
    lock = open("lock", O_RDWR);
    flock(lock, LOCK_EX);
    unlink("lock");
    return 0;
}
