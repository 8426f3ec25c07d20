/* A server whose table of connections grows: all its clients live, and are served once all are there. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENTS = 12 };

static struct sockaddr_un place = {AF_UNIX, "office"};

static void client(void)
{
    char byte;
    int way = socket(AF_UNIX, SOCK_STREAM, 0);
    connect(way, (struct sockaddr *)&place, sizeof place);
    write(way, "?", 1);
    read(way, &byte, 1);
    _exit(byte != '!');
}

int main(void)
{
    int door = socket(AF_UNIX, SOCK_STREAM, 0), table[CLIENTS];
    if (bind(door, (struct sockaddr *)&place, sizeof place) < 0 || listen(door, CLIENTS) < 0)
        return 1;
    for (int each = 0; each < CLIENTS; each++)
        if (fork() == 0) {
            close(door);
            client();
        }
    for (int each = 0; each < CLIENTS; each++)
        table[each] = accept(door, NULL, NULL);
    for (int each = 0; each < CLIENTS; each++) {
        char byte;
        read(table[each], &byte, 1);
        write(table[each], "!", 1);
    }
    int bad = 0, status;
    while (wait(&status) > 0)
        bad += status != 0;
    unlink("office");
    printf("%d\n", bad);
    return 0;
}
