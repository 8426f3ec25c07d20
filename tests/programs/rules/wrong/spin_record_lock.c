/* F_SETLK in a loop where F_SETLKW would sleep, with a yield between. */
#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int fd = open("lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    fcntl(fd, F_SETLK, &lock);
    if (fork() == 0) {
        while (fcntl(fd, F_SETLK, &lock) < 0)
            sched_yield();
        _exit(0);
    }
    sleep(1);
    lock.l_type = F_UNLCK;
    fcntl(fd, F_SETLK, &lock);
    wait(NULL);
    unlink("lock");
    return 0;
}
