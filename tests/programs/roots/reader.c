/* Takes two messages by the way that is asked for, tells their sizes, and answers the first where there is a way back. */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int bound(int type) {
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "./box"};
    int fd = socket(AF_UNIX, type, 0);
    return bind(fd, (struct sockaddr *)&name, sizeof name) < 0 ? -1 : fd;
}

int main(int argc, char **argv) {
    char bytes[1024];
    const char *way = argv[argc - 1];
    struct sockaddr_un from;
    socklen_t size = sizeof from;
    int fd = -1;
    mqd_t queue = -1;
    if (strcmp(way, "dgram") == 0) {
        fd = bound(SOCK_DGRAM);
        puts("ready");
    } else if (strcmp(way, "seqpacket") == 0) {
        int server = bound(SOCK_SEQPACKET);
        listen(server, 1);
        fd = accept(server, NULL, NULL);
    } else if (strcmp(way, "fifo") == 0) {
        mkfifo("./box", 0600);
        fd = open("./box", O_RDONLY);
    } else {
        struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 100};
        queue = mq_open("/box", O_CREAT | O_RDONLY, 0600, &attributes);
    }
    for (int message = 0; message < 2; message++) {
        ssize_t count = queue >= 0 ? mq_receive(queue, bytes, sizeof bytes, NULL)
                                   : recvfrom(fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &size);
        if (count < 0) {
            count = read(fd, bytes, sizeof bytes);
        }
        printf("%zd\n", count);
        fflush(stdout);
        if (message == 0 && strcmp(way, "dgram") == 0) {
            sendto(fd, "ok", 2, 0, (struct sockaddr *)&from, size);
        } else if (message == 0 && strcmp(way, "seqpacket") == 0) {
            write(fd, "ok", 2);
        } else if (message == 0 && queue < 0) {
            int back = open("./back", O_WRONLY);
            write(back, "ok", 2);
            close(back);
        } else if (message == 0) {
            mqd_t back = mq_open("/back", O_WRONLY);
            mq_send(back, "ok", 2, 0);
        }
    }
    unlink("./box");
    mq_unlink("/box");
    return 0;
}
