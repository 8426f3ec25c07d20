/* What is left in a buffer is written by the call of exit. */
#include <stdio.h>
#include <stdlib.h>

static void leave(void) {
    exit(0); /* at: write on stdout */ /* at: exit_group */
}

int main(void) {
    printf("hello");
    leave();
}
