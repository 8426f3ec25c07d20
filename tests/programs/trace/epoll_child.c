/* A child ends while its parent sleeps in epoll_wait with a limit: an ignored SIGCHLD must not interrupt that. */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    struct epoll_event got;
    int epoll = epoll_create1(0);
    if (fork() == 0)
        _exit(0);
    int result = epoll_wait(epoll, &got, 1, 2000);
    printf("%d %d\n", result, result < 0 && errno == EINTR);
    wait(NULL);
    return 0;
}
