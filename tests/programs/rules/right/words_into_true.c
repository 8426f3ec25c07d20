/* `echo words | true` made by hand: nobody reads. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        dup2(ends[0], 0);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    if (fork() == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        execl("/bin/echo", "echo", "words", (char *)NULL);
        _exit(127);
    }
    close(ends[0]);
    close(ends[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
