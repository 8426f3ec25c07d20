/* A line that names a file of its own choice. */
#include <unistd.h>

int main(void) {
#line 7 "\033[31mevil.c"
    write(1, "x", 1); /* nowhere: write on stdout */
#line 1 "/usr/include/unistd.h"
    write(2, "x", 1); /* nowhere: write on stderr */
    return 0;
}
