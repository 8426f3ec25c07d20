// OPERATION real|planned: one more task than there may be. Where it is real, RLIMIT_NPROC says so; else a plan does.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void *nothing(void *given) { return given; }

static int operate(const char *what) {
    pthread_t thread;
    pid_t child;
    if (!strcmp(what, "thread")) {
        int fault = pthread_create(&thread, NULL, nothing, NULL);
        if (!fault) pthread_join(thread, NULL);
        errno = fault;
        return fault ? -1 : 0;
    }
    child = !strcmp(what, "vfork") ? vfork() : fork();
    if (child == 0) _exit(0);
    if (child < 0) return -1;
    return waitpid(child, NULL, 0) == child ? 0 : -2;
}

static void tell(int result) {
    int fault = errno;
    int waited = waitpid(-1, NULL, WNOHANG);
    printf("%d %s; children: %s\n", result, result < 0 ? strerrorname_np(fault) : "", waited < 0 ? "none" : "some");
    fflush(stdout);
}

int main(int argc, char **argv) {
    (void)argc;
    struct rlimit before, none;
    getrlimit(RLIMIT_NPROC, &before);
    none = before;
    none.rlim_cur = 0;
    if (!strcmp(argv[2], "real")) setrlimit(RLIMIT_NPROC, &none);
    int result = operate(argv[1]);
    int fault = errno;
    setrlimit(RLIMIT_NPROC, &before);
    errno = fault;
    tell(result);
    tell(operate(argv[1]));
    return 0;
}
