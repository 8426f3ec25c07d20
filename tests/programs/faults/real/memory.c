// OPERATION real|planned: a shared mapping for which there is no room. Where it is real, RLIMIT_AS says so; else a plan does.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static void *operate(const char *what) {
    int fd = -1, flags = MAP_SHARED;
    if (!strcmp(what, "anonymous")) return mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    if (!strcmp(what, "closed")) return mmap(NULL, 4096, PROT_READ, flags, 99, 0);
    if (!strcmp(what, "nothing")) return mmap(NULL, 0, PROT_READ, flags | MAP_ANONYMOUS, -1, 0);
    fd = shm_open("/new", O_CREAT | O_RDWR, 0600);
    if (fd < 0 || ftruncate(fd, 4096)) return MAP_FAILED;
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, flags, fd, 0);
    int fault = errno;
    close(fd);
    errno = fault;
    return at;
}

static void tell(void *result) {
    printf("%s\n", result == MAP_FAILED ? strerrorname_np(errno) : "mapped");
    fflush(stdout);
}

int main(int argc, char **argv) {
    (void)argc;
    struct rlimit before, none;
    tell(NULL);  // standard output has its buffer by now
    getrlimit(RLIMIT_AS, &before);
    none = before;
    none.rlim_cur = 0;
    if (!strcmp(argv[2], "real")) setrlimit(RLIMIT_AS, &none);
    void *result = operate(argv[1]);
    int fault = errno;
    setrlimit(RLIMIT_AS, &before);
    errno = fault;
    tell(result);
    tell(operate(argv[1]));
    return 0;
}
