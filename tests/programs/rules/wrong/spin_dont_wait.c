/* recv with MSG_DONTWAIT in a loop that also looks at the clock. */
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    int pair[2];
    char byte;
    struct timespec now;
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0)
        return 1;
    if (fork() == 0) {
        close(pair[0]);
        sleep(1);
        send(pair[1], "x", 1, 0);
        _exit(0);
    }
    close(pair[1]);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while (recv(pair[0], &byte, 1, MSG_DONTWAIT) < 0 && now.tv_sec < 100000);
    wait(NULL);
    return 0;
}
