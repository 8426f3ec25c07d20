/* What is left in a buffer is written after main has returned, by nobody's line. */
#include <stdio.h>

int main(void) {
    char more[100];
    setvbuf(stdout, NULL, _IOFBF, BUFSIZ);
    printf("hello"); /* nowhere: write on stdout */
    snprintf(more, sizeof more, "%p", (void *)more);
    return 0; /* nowhere: exit_group */
}
