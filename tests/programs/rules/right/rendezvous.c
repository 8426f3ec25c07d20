/* A client waits for the server's FIFO to appear: there is no call that sleeps until a name exists. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    char text[6];
    if (fork() == 0) {
        int out;
        while ((out = open("meeting", O_WRONLY)) < 0 && errno == ENOENT)
            sched_yield();
        write(out, "here\n", 5);
        _exit(0);
    }
    sleep(1);
    mkfifo("meeting", 0600);
    int in = open("meeting", O_RDONLY);
    ssize_t count = read(in, text, sizeof text);
    write(1, text, count > 0 ? (size_t)count : 0);
    wait(NULL);
    unlink("meeting");
    return 0;
}
