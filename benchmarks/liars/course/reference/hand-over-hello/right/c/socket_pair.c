/* Right: two connected sockets, and sendmsg in place of write. */

#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int pair[2];
    char word[6] = "";

    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) < 0)
        return 1;
    if (fork() == 0) {
        struct iovec parts[] = {{"hel", 3}, {"lo", 2}};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
        _exit(sendmsg(pair[1], &message, 0) != 5);
    }
    if (recv(pair[0], word, 5, 0) != 5)
        return 1;
    wait(NULL);
    puts(word);
    return 0;
}
