/* Runs `cat | sort | head -n 2` the way a shell does. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char *stages[][4] = {{"seq", "5000", NULL}, {"sort", NULL}, {"head", "-n", "2", NULL}};
    int before = -1;
    for (int stage = 0; stage < 3; stage++) {
        int ends[2] = {-1, -1};
        if (stage < 2 && pipe(ends) < 0)
            return 1;
        if (fork() == 0) {
            if (before >= 0) {
                dup2(before, 0);
                close(before);
            }
            if (ends[1] >= 0) {
                dup2(ends[1], 1);
                close(ends[0]);
                close(ends[1]);
            }
            execvp(stages[stage][0], stages[stage]);
            _exit(127);
        }
        close(before);
        close(ends[1]);
        before = ends[0];
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
