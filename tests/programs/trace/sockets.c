/* Sockets: datagrams that keep their borders, a peek, a named server, shutdown, and what is said when there is nothing. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int pair[2], ends[2];
    char bytes[16];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, pair);
    send(pair[0], "one", 3, 0);
    sendto(pair[0], "three", 5, MSG_DONTWAIT, NULL, 0);
    int a = recv(pair[1], bytes, 16, MSG_PEEK), b = recv(pair[1], bytes, 2, 0), c = recv(pair[1], bytes, 16, 0);
    int none = recv(pair[1], bytes, 16, MSG_DONTWAIT);
    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends);
    int also = read(ends[0], bytes, 16);
    shutdown(ends[1], SHUT_WR);
    int over = read(ends[0], bytes, 16);

    struct sockaddr_un name = {AF_UNIX, "server"};
    int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bind(server, (struct sockaddr *)&name, sizeof name);
    listen(server, 2);
    if (fork() == 0) {
        int own = socket(AF_UNIX, SOCK_STREAM, 0);
        connect(own, (struct sockaddr *)&name, sizeof name);
        write(own, "question", 8);
        while (read(own, bytes, 1) > 0)
            ;
        _exit(bytes[0]);
    }
    int caller = accept4(server, NULL, NULL, SOCK_CLOEXEC);
    read(caller, bytes, 8);
    write(caller, "answer", 6);
    close(caller);
    int status, refused = connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&(struct sockaddr_un){AF_UNIX, "no"}, sizeof name);
    wait(&status);
    unlink("server");
    printf("%d %d %d %d %d %d %d %d\n", a, b, c, none, also, over, refused, WEXITSTATUS(status));
    return 0;
}
