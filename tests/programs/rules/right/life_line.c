/* A write end that nobody writes to goes with the helper over exec: its end-of-file tells that the helper has ended. */
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int line[2];
    char byte;
    if (pipe(line) < 0)
        return 1;
    if (fork() == 0) {
        close(line[0]);
        execl("/bin/sleep", "sleep", "1", (char *)NULL);
        _exit(127);
    }
    close(line[1]);
    if (read(line[0], &byte, 1) != 0)
        return 1;
    wait(NULL);
    return 0;
}
