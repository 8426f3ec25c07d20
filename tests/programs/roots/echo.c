/* A server on ./echo.sock that sends each frame back reversed, a child for each of its first N clients. */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int whole(int fd, char *data, size_t size) {
    size_t have = 0;
    while (have < size) {
        ssize_t count = read(fd, data + have, size - have);
        if (count <= 0) {
            return count == 0 ? -1 : errno;
        }
        have += count;
    }
    return 0;
}

static int serve(int fd) {
    uint32_t head;
    int status;
    while ((status = whole(fd, (char *)&head, 4)) == 0) {
        uint32_t size = ntohl(head);
        char *data = malloc(size + 4);
        if ((status = whole(fd, data + 4, size)) != 0) {
            return status < 0 ? 1 : status;
        }
        memcpy(data, &head, 4);
        for (uint32_t at = 0; at < size / 2; at++) {
            char one = data[4 + at];
            data[4 + at] = data[3 + size - at];
            data[3 + size - at] = one;
        }
        for (size_t sent = 0; sent < size + 4;) {
            ssize_t count = write(fd, data + sent, size + 4 - sent);
            if (count < 0) {
                return errno;
            }
            sent += count;
        }
        free(data);
    }
    return status < 0 ? 0 : status;
}

int main(int argc, char **argv) {
    struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "./echo.sock"};
    int clients = atoi(argv[argc - 1]), server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), status;
    signal(SIGPIPE, SIG_IGN);
    bind(server, (struct sockaddr *)&name, sizeof name);
    listen(server, 8);
    for (int client = 0; client < clients; client++) {
        int one = accept(server, NULL, NULL);
        if (fork() == 0) {
            close(server);
            _exit(serve(one));
        }
        close(one);
    }
    unlink("./echo.sock");
    for (int client = 0; client < clients; client++) {
        wait(&status);
        printf("child %d\n", WEXITSTATUS(status));
    }
    return 0;
}
