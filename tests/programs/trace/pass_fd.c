/* The write end of a pipe travels through a socketpair (SCM_RIGHTS), and is written to by who received it. */
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
} control;

static struct msghdr message(struct iovec *iov) {
    struct msghdr header = {0};
    header.msg_iov = iov;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes;
    header.msg_controllen = sizeof control.bytes;
    return header;
}

int main(void) {
    int ends[2], channel[2], fd;
    char byte = 'x';
    struct iovec iov = {&byte, 1};
    struct msghdr header = message(&iov);
    socketpair(AF_UNIX, SOCK_STREAM, 0, channel);
    if (fork() == 0) {
        recvmsg(channel[1], &header, 0);
        memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof fd);
        write(fd, "passed", 6);
        _exit(0);
    }
    pipe(ends);
    struct cmsghdr *part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(part), &ends[1], sizeof(int));
    sendmsg(channel[0], &header, 0);
    close(ends[1]);
    char got[8];
    int size = read(ends[0], got, 8), last = read(ends[0], got, 8);
    wait(NULL);
    return !(size == 6 && last == 0);
}
