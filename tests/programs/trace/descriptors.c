/* Every way to copy, mark and close descriptors, and a table that two processes share. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char stack[65536];

static int sharer(void *unused) {
    (void)unused;
    close(20);
    return open("/dev/null", O_RDONLY | O_CLOEXEC) < 0;
}

int main(void) {
    int a[2], b[2], s[2], on = 1;
    pipe(a);
    pipe2(b, O_CLOEXEC | O_NONBLOCK);
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, s);
    eventfd(0, EFD_NONBLOCK);
    memfd_create("memory", MFD_CLOEXEC);
    open("/", O_PATH | O_DIRECTORY);
    open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    dup2(a[0], 20);
    dup2(a[0], a[0]);
    dup3(b[1], 21, O_CLOEXEC);
    fcntl(a[1], F_DUPFD, 30);
    fcntl(a[1], F_DUPFD_CLOEXEC, 30);
    fcntl(a[1], F_SETFD, FD_CLOEXEC);
    fcntl(21, F_SETFD, 0);
    fcntl(s[0], F_SETFL, O_NONBLOCK);
    fcntl(b[0], F_SETFL, 0);
    ioctl(a[0], FIONBIO, &on);
    ioctl(30, FIOCLEX);
    ioctl(a[1], FIONCLEX);
    if (fork() == 0) {
        syscall(SYS_close_range, 3, 5, CLOSE_RANGE_CLOEXEC);
        syscall(SYS_close_range, 20, ~0U, 0);
        execl("/bin/true", "true", (char *)0);
        _exit(1);
    }
    wait(0);
    int child = clone(sharer, stack + sizeof stack, CLONE_FILES | SIGCHLD, 0);
    waitpid(child, 0, 0);
    child = clone(sharer, stack + sizeof stack, CLONE_FILES | CLONE_VM | CLONE_VFORK | SIGCHLD, 0);
    waitpid(child, 0, 0);
    if (fork() == 0) {
        syscall(SYS_close_range, 10, 40, CLOSE_RANGE_UNSHARE);
        _exit(0);
    }
    wait(0);
    closefrom(3);
    return 0;
}
