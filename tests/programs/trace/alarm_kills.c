/* Nobody handles SIGALRM: it ends a wait that would last for ever. */
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    alarm(5);
    return read(ends[0], &byte, 1) < 0;
}
