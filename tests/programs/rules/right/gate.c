/* A start gate: the runners sleep in read until the parent closes the only write end. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int gate[2];
    if (pipe(gate) < 0)
        return 1;
    for (int runner = 0; runner < 3; runner++)
        if (fork() == 0) {
            char byte;
            close(gate[1]);
            if (read(gate[0], &byte, 1) != 0)
                _exit(1);
            write(1, "go\n", 3);
            _exit(0);
        }
    close(gate[0]);
    write(1, "set\n", 4);
    close(gate[1]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
