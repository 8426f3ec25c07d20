/* Calls made by the program itself. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd) {
    write(fd, "x", 1); /* at: write on pipe A */
}

int main(void) {
    int ends[2];
    pipe(ends); /* at: pipe2 */
    pid_t child = fork(); /* at: clone */
    if (child == 0) {
        say(ends[1]);
        exit(3); /* at: exit_group by P1 */
    }
    char c;
    read(ends[0], &c, 1); /* at: read on pipe A */
    close(ends[0]); /* at: close on pipe A */
    wait(NULL); /* at: wait4 */
    _exit(0); /* at: exit_group by P0 */
}
