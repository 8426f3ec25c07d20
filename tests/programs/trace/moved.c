/* Bytes that never enter the program: splice, tee and vmsplice between pipes; vectors; a write that finds no reader. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    int a[2], b[2];
    char x[4], y[8];
    struct iovec out[2] = {{"spl", 3}, {"iced!", 5}}, in[2] = {{x, 4}, {y, 8}};
    pipe(a);
    pipe(b);
    int first = vmsplice(a[1], out, 2, 0), second = tee(a[0], b[1], 5, 0), third = splice(a[0], NULL, b[1], NULL, 8, 0);
    int fourth = readv(b[0], in, 2), fifth = writev(a[1], out, 1);
    int nothing = read(77, x, 1), mode = write(a[0], x, 1), bad = read(a[0], (void *)1, 3);
    fcntl(b[0], F_SETFL, O_NONBLOCK);
    int empty = read(b[0], x, 4), left = read(b[0], y, 8);
    signal(SIGPIPE, SIG_IGN);
    close(b[0]);
    int broken = write(b[1], "x", 1), why = errno;
    printf("%d %d %d %d %d %d %d %d %d %d %d %d\n", first, second, third, fourth, fifth, nothing, mode, bad, empty, left, broken,
           why == EPIPE);
    fflush(stdout);
    signal(SIGPIPE, SIG_DFL);
    write(b[1], "x", 1);
    return 0;
}
