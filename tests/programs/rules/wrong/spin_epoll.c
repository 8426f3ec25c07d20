/* epoll reports a connection that nobody takes, until another event ends the loop. */
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int news[2], stop[2], loop = epoll_create1(0);
    if (pipe(news) < 0 || pipe(stop) < 0)
        return 1;
    if (fork() == 0) {
        close(news[0]);
        close(stop[0]);
        write(news[1], "x", 1);
        sleep(1);
        write(stop[1], "x", 1);
        _exit(0);
    }
    close(news[1]);
    close(stop[1]);
    struct epoll_event a = {EPOLLIN, {.fd = news[0]}}, b = {EPOLLIN, {.fd = stop[0]}}, got[2];
    epoll_ctl(loop, EPOLL_CTL_ADD, news[0], &a);
    epoll_ctl(loop, EPOLL_CTL_ADD, stop[0], &b);
    for (int over = 0; !over;) {
        int count = epoll_wait(loop, got, 2, -1);
        for (int each = 0; each < count; each++)
            over |= got[each].data.fd == stop[0];
    }
    char byte;
    read(news[0], &byte, 1);
    read(stop[0], &byte, 1);
    wait(NULL);
    return 0;
}
