/* A cache of open files: twelve of them, each read once, all kept for later. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    for (int each = 0; each < 12; each++) {
        char name[16], text[8];
        snprintf(name, sizeof name, "part%d", each);
        int fd = open(name, O_CREAT | O_RDWR, 0600);
        write(fd, "x", 1);
        pread(fd, text, sizeof text, 0);
        unlink(name);
    }
    return 0;
}
