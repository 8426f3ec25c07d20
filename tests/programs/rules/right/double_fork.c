/* A daemon: double fork, a session of its own, closed descriptors; it outlives the program. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    pid_t middle = fork();
    if (middle == 0) {
        setsid();
        if (fork() > 0)
            _exit(0);
        umask(0);
        for (int fd = 0; fd < 64; fd++)
            close(fd);
        open("/dev/null", O_RDWR);
        dup2(0, 1);
        dup2(0, 2);
        struct timespec second = {1, 0};
        nanosleep(&second, NULL);
        _exit(0);
    }
    waitpid(middle, NULL, 0);
    write(1, "started\n", 8);
    return 0;
}
