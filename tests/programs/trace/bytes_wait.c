/* Bytes that stay in pipes: written in pieces, read in part, moved from one to the other, and a writer that must wait. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[100000];

int main(void) {
    int a[2], b[2];
    struct iovec parts[2] = {{block, 10}, {block, 20}};
    pipe(a);
    pipe(b);
    write(a[1], block, 100);
    writev(a[1], parts, 2);
    read(a[0], block, 50);
    readv(a[0], parts, 2);
    tee(a[0], b[1], 30, 0);
    splice(a[0], 0, b[1], 0, 25, 0);
    vmsplice(a[1], parts, 2, 0);
    read(b[0], block, 40);
    if (fork() == 0) {
        close(a[1]);
        close(b[0]);
        for (long got = 0, n; (n = read(a[0], block, 30000)) > 0; got += n)
            ;
        _exit(0);
    }
    close(a[0]);
    write(a[1], block, sizeof block);
    write(a[1], block, 7);
    close(a[1]);
    wait(0);
    return 0;
}
