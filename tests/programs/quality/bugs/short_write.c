/* More than a pipe holds is written at once, and only -1 is taken for a failure. */
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 150000 };
static char data[SIZE];

static void count(int in) {
    ssize_t got;
    int total = 0;
    while ((got = read(in, data, SIZE)) > 0)
        total += got;
    _exit(total != SIZE);
}

int main(void) {
    int ends[2], status;
    if (pipe(ends) < 0)
        return 2;
    if (fork() == 0) {
        close(ends[1]);
        count(ends[0]);
    }
    close(ends[0]);
    if (write(ends[1], data, SIZE) < 0)
        return 2;
    close(ends[1]);
    return wait(&status) < 0 || status != 0;
}
