/* Before it becomes another program, a child closes everything from 3 on, upwards or downwards, whether open or not. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2], copy;
    if (pipe(ends) < 0)
        return 1;
    copy = dup(ends[0]);
    close(copy);
    close(ends[1]);
    for (int way = 0; way < 3; way++)
        if (fork() == 0) {
            if (way == 0)
                for (int fd = 3; fd < 256; fd++)
                    close(fd);
            else if (way == 1)
                for (int fd = 7; fd > 2; fd--)
                    close(fd);
            else
                for (int fd = 3; fd < 64; fd++)
                    if (fcntl(fd, F_GETFD) >= 0)
                        close(fd);
            execl("/bin/true", "true", (char *)NULL);
            _exit(127);
        }
    close(ends[0]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
