/* Half of a program of two files. */
#include "say.h"

int main(void) {
    say(1); /* at: write on stdout with count=6 when -O2 */
    return 0;
}
