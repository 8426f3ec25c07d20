/* Wrong: the parent takes the word, but it is the child that prints it. */

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char word[6] = "";

    if (pipe(ends) < 0)
        return 1;
    if (fork() == 0) {
        close(ends[0]);
        if (write(ends[1], "hello", 5) != 5)
            _exit(1);
        puts("hello");
        fflush(stdout);
        _exit(0);
    }
    close(ends[1]);
    if (read(ends[0], word, 5) != 5)
        return 1;
    wait(NULL);
    return 0;
}
