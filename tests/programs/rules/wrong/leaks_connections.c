/* A server forgets to close the connections of clients that have left. */
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 12 };

int main(void)
{
    struct sockaddr_un place = {AF_UNIX, "office"};
    int door = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(door, (struct sockaddr *)&place, sizeof place) < 0 || listen(door, CLIENTS) < 0)
        return 1;
    if (fork() == 0) {
        for (int each = 0; each < CLIENTS; each++) {
            char byte;
            int way = socket(AF_UNIX, SOCK_STREAM, 0);
            connect(way, (struct sockaddr *)&place, sizeof place);
            write(way, "?", 1);
            read(way, &byte, 1);
            close(way);
        }
        _exit(0);
    }
    for (int each = 0; each < CLIENTS; each++) {
        char byte;
        int way = accept(door, NULL, NULL);
        while (read(way, &byte, 1) == 1)
            write(way, "!", 1);
    }
    wait(NULL);
    unlink("office");
    return 0;
}
