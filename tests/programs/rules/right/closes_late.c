/* One child after the other; the read ends are kept in a table and closed when all is over. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 12 };

int main(void)
{
    int table[CHILDREN];
    for (int each = 0; each < CHILDREN; each++) {
        int ends[2];
        char byte;
        if (pipe(ends) < 0)
            return 1;
        if (fork() == 0) {
            for (int other = 0; other < each; other++)
                close(table[other]);
            close(ends[0]);
            write(ends[1], "x", 1);
            _exit(0);
        }
        close(ends[1]);
        read(ends[0], &byte, 1);
        wait(NULL);
        table[each] = ends[0];
    }
    for (int each = 0; each < CHILDREN; each++)
        close(table[each]);
    return 0;
}
