/* The parent makes a pipe and hands its write end to a child through a socket (SCM_RIGHTS). */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void give(int way, int fd)
{
    char room[CMSG_SPACE(sizeof fd)] = "", byte = 'x';
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    sendmsg(way, &message, 0);
}

static int take(int way)
{
    int fd = -1;
    char room[CMSG_SPACE(sizeof fd)], byte;
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    if (recvmsg(way, &message, 0) == 1)
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
    return fd;
}

int main(void)
{
    int way[2], ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, way) < 0)
        return 1;
    if (fork() == 0) {
        close(way[0]);
        int out = take(way[1]);
        write(out, "hello\n", 6);
        _exit(0);
    }
    close(way[1]);
    if (pipe(ends) < 0)
        return 1;
    give(way[0], ends[1]);
    close(ends[1]);
    char text[64];
    ssize_t count;
    while ((count = read(ends[0], text, sizeof text)) > 0)
        write(1, text, (size_t)count);
    wait(NULL);
    return 0;
}
