// Takes for granted that write writes all: after a short write the rest is lost, and the reader waits for it in vain.
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SIZE = 200000 };
static char data[SIZE];

int main(void) {
    int to[2], back[2];
    if (pipe(to) || pipe(back)) return 1;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        close(to[1]);
        close(back[0]);
        size_t got = 0;
        while (got < SIZE) {
            ssize_t n = read(to[0], data, SIZE - got);
            if (n <= 0) _exit(1);
            got += (size_t)n;
        }
        _exit(write(back[1], "k", 1) != 1);
    }
    close(to[0]);
    close(back[1]);
    memset(data, 'x', SIZE);
    write(to[1], data, SIZE);
    char answer;
    read(back[0], &answer, 1);
    wait(NULL);
    return answer != 'k';
}
