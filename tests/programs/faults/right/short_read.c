// Reads its input to the end.
#include <stdio.h>
#include <unistd.h>

int main(void) {
    char line[64];
    size_t got = 0;
    ssize_t n;
    while ((n = read(0, line + got, sizeof line - 1 - got)) > 0) got += (size_t)n;
    if (n < 0) return 1;
    line[got] = 0;
    printf("got %s\n", line);
    return 0;
}
