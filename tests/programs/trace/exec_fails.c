/* exec of a file that is not there, of a folder, and of no program. */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
    execl("/nowhere/x", "x", (char *)0);
    int first = errno;
    execl("/tmp", "x", (char *)0);
    int second = errno;
    execl("/etc/passwd", "x", (char *)0);
    printf("%d %d %d\n", first == ENOENT, second == EACCES, errno == EACCES);
    return 0;
}
