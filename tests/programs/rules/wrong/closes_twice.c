/* Closes both ends in a branch, and once more at the end. */
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte;
    if (pipe(ends) < 0)
        return 1;
    write(ends[1], "x", 1);
    read(ends[0], &byte, 1);
    close(ends[0]);
    close(ends[1]);
    close(ends[0]);
    close(ends[1]);
    return 0;
}
