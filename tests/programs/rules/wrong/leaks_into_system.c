/* The listening socket goes along into the programs that system() starts. */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(void)
{
    struct sockaddr_un place = {AF_UNIX, "office"};
    int door = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(door, (struct sockaddr *)&place, sizeof place) < 0 || listen(door, 1) < 0)
        return 1;
    system("echo ready");
    unlink("office");
    return 0;
}
