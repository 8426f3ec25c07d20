/* Twelve workers at once, a pipe each; all are read to their end, and the exit closes what is left. */
#include <sys/wait.h>
#include <unistd.h>

enum { WORKERS = 12 };

int main(void)
{
    int from[WORKERS];
    for (int each = 0; each < WORKERS; each++) {
        int ends[2];
        if (pipe(ends) < 0)
            return 1;
        if (fork() == 0) {
            for (int other = 0; other < each; other++)
                close(from[other]);
            close(ends[0]);
            write(ends[1], "result", 6);
            _exit(0);
        }
        close(ends[1]);
        from[each] = ends[0];
    }
    for (int each = 0; each < WORKERS; each++) {
        char text[16];
        while (read(from[each], text, sizeof text) > 0)
            ;
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
