/* Two children ask and ask for a byte that their parent sends after a while. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int ends[2];
    char byte;
    if (pipe2(ends, O_NONBLOCK) < 0)
        return 1;
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            close(ends[1]);
            while (read(ends[0], &byte, 1) < 0)
                ;
            _exit(0);
        }
    close(ends[0]);
    sleep(1);
    write(ends[1], "xy", 2);
    while (wait(NULL) > 0)
        ;
    return 0;
}
