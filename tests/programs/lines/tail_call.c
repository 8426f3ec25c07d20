/* A call in tail position leaves no frame behind: the line is that of whoever called the function. */
#include <unistd.h>

__attribute__((noinline)) static long say(void) {
    return write(1, "t", 1); /* at: write on stdout when -O0 -O1 */
}

int main(void) {
    long said = say(); /* at: write on stdout when -O2 */
    return said == 1 ? 0 : 1;
}
