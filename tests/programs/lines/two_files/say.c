/* The other half. */
#include "say.h"

void say(int fd) {
    write(fd, "said\n", 5); /* at: write on stdout with count=5 */
    again(fd);
}
