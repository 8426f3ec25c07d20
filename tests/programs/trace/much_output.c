/* Prints argv[1] bytes, in pieces of argv[2]. */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argc;
    long size = atol(argv[1]), piece = atol(argv[2]);
    char *bytes = calloc(1, piece);
    while (size > 0) {
        long n = write(1, bytes, piece < size ? piece : size);
        if (n <= 0)
            return 1;
        size -= n;
    }
    return 0;
}
