/* Becomes itself once more, with the number of a descriptor as its argument. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words)
{
    if (count > 1)
        return 0; /* in this state it has nothing to say */
    int ends[2];
    char number[12], byte;
    if (pipe(ends) < 0)
        return 1;
    write(ends[1], "x", 1);
    read(ends[0], &byte, 1);
    if (fork() == 0) {
        close(ends[0]);
        snprintf(number, sizeof number, "%d", ends[1]);
        execl("/proc/self/exe", words[0], number, (char *)NULL);
        _exit(127);
    }
    close(ends[1]);
    while (read(ends[0], &byte, 1) > 0)
        ;
    wait(NULL);
    return 0;
}
