/* Clients say all they have and close that direction; the server answers after end-of-file, and then closes. */
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
    for (int each = 0; each < CLIENTS; each++)
        if (fork() == 0) {
            char byte;
            int way = socket(AF_UNIX, SOCK_STREAM, 0);
            close(door);
            connect(way, (struct sockaddr *)&place, sizeof place);
            write(way, "?", 1);
            shutdown(way, SHUT_WR);
            _exit(read(way, &byte, 1) != 1);
        }
    for (int each = 0; each < CLIENTS; each++) {
        char byte;
        int way = accept(door, NULL, NULL);
        while (read(way, &byte, 1) == 1)
            ;
        write(way, "!", 1);
        close(way);
    }
    while (wait(NULL) > 0)
        ;
    unlink("office");
    return 0;
}
