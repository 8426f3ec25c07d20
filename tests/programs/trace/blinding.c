/* Calls that would blind the tracer: each fails, and the program lives on. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void) {
    int refused = 0;
    refused += prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 && errno == EPERM;
    refused += ptrace(PTRACE_TRACEME, 0, 0, 0) < 0 && errno == EPERM;
    refused += syscall(SYS_io_uring_setup, 1, 0) < 0 && errno == EPERM;
    refused += process_vm_readv(getpid(), 0, 0, 0, 0, 0) < 0 && errno == EPERM;
    refused += syscall(SYS_clone, 0x00800000 | SIGCHLD, 0, 0, 0, 0) < 0 && errno == EPERM;
    refused += syscall(SYS_seccomp, 0, 0, 0) < 0 && errno == EPERM;
    printf("%d\n", refused);
    return 0;
}
