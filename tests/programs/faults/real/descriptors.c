// OPERATION real|planned: one call for which there is no descriptor left, made twice. Where it is real, RLIMIT_NOFILE says so
// the first time; else a plan does. It tells what it saw, and which descriptors it has between the two.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static int listening;

static int operate(const char *what) {
    int pair[2];
    sigset_t set;
    sigemptyset(&set);
    if (!strcmp(what, "open")) return open("/etc/passwd", O_RDONLY);
    if (!strcmp(what, "absent")) return open("/absent", O_RDONLY);
    if (!strcmp(what, "creat")) return open("new", O_CREAT | O_WRONLY, 0600);
    if (!strcmp(what, "shm")) return shm_open("/new", O_CREAT | O_RDWR, 0600);
    if (!strcmp(what, "queue")) return (int)mq_open("/new", O_CREAT | O_RDWR, 0600, NULL);
    if (!strcmp(what, "pipe")) return pipe(pair);
    if (!strcmp(what, "socket")) return socket(AF_UNIX, SOCK_STREAM, 0);
    if (!strcmp(what, "socketpair")) return socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
    if (!strcmp(what, "dup")) return dup(1);
    if (!strcmp(what, "fcntl")) return fcntl(1, F_DUPFD_CLOEXEC, 0);
    if (!strcmp(what, "accept")) return accept(listening, NULL, NULL);
    if (!strcmp(what, "eventfd")) return eventfd(0, 0);
    if (!strcmp(what, "epoll")) return epoll_create1(0);
    if (!strcmp(what, "signalfd")) return signalfd(-1, &set, 0);
    if (!strcmp(what, "timerfd")) return timerfd_create(CLOCK_MONOTONIC, 0);
    return memfd_create("new", 0);
}

static void tell(int result) {
    printf("%d %s; open:", result, result < 0 ? strerrorname_np(errno) : "");
    for (int fd = 0; fd < 16; fd++)
        if (fcntl(fd, F_GETFD) >= 0) printf(" %d", fd);
    printf("; made: %d %d\n", access("new", F_OK) == 0, access("/dev/shm/new", F_OK) == 0);
    fflush(stdout);
}

int main(int argc, char **argv) {
    (void)argc;
    struct rlimit before, none;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0here"};
    listening = socket(AF_UNIX, SOCK_STREAM, 0);
    int calling = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(listening, (struct sockaddr *)&address, sizeof(sa_family_t) + 5) || listen(listening, 1)) return 1;
    if (connect(calling, (struct sockaddr *)&address, sizeof(sa_family_t) + 5)) return 1;
    getrlimit(RLIMIT_NOFILE, &before);
    none = before;
    none.rlim_cur = (rlim_t)(calling > listening ? calling : listening) + 1;
    if (!strcmp(argv[2], "real")) setrlimit(RLIMIT_NOFILE, &none);
    int result = operate(argv[1]);
    int fault = errno;
    setrlimit(RLIMIT_NOFILE, &before);
    errno = fault;
    tell(result);
    tell(operate(argv[1]));
    return 0;
}
