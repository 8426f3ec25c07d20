/* The child becomes another program with the file and the spare copy of the pipe still open. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2], log = open("log", O_CREAT | O_WRONLY, 0600);
    char text[64];
    write(log, "start\n", 6);
    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        dup2(ends[1], 1);
        execl("/bin/echo", "echo", "hello", (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (read(ends[0], text, sizeof text) > 0)
        ;
    wait(NULL);
    close(log);
    unlink("log");
    return 0;
}
