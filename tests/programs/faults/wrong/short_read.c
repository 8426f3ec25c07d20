// Reads a line of input with one read: of input that comes in pieces it has only the first.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    char line[64];
    ssize_t n = read(0, line, sizeof line - 1);
    if (n < 0) return 1;
    line[n] = 0;
    printf("got %s\n", line);
    return 0;
}
