/* `yes | head -1` made by hand: SIGPIPE is how the first learns that the second has seen enough. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execl("/usr/bin/yes", "yes", (char *)NULL);
        _exit(127);
    }
    if (fork() == 0) {
        dup2(ends[0], 0);
        close(ends[0]);
        close(ends[1]);
        execl("/usr/bin/head", "head", "-1", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
