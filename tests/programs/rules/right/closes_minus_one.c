/* Closes everything it may have opened, though some of it was never there; and asks what is open. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int main(void)
{
    int none = -1, file = open("/etc/passwd", O_RDONLY), ends[2];
    if (pipe(ends) < 0)
        return 1;
    close(file);
    close(none);
    close(none);
    close(99);
    close(99);
    if (fcntl(file, F_GETFD) >= 0 || errno != EBADF)
        return 1;
    char byte;
    if (read(ends[1], &byte, 1) >= 0)
        return 1;
    close(ends[0]);
    close(ends[1]);
    return 0;
}
