/* One pipe a program that it runs, one after the other; the read ends stay open. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int child = 0; child < 12; child++) {
        int ends[2];
        char text[16];
        if (pipe2(ends, O_CLOEXEC) < 0)
            return 1;
        if (fork() == 0) {
            dup2(ends[1], 1);
            execl("/bin/echo", "echo", "hello", (char *)NULL);
            _exit(127);
        }
        close(ends[1]);
        while (read(ends[0], text, sizeof text) > 0)
            ;
        wait(NULL);
    }
    return 0;
}
