/* Double fork: the grandchild outlives its parent, gets a new one, and still writes. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    if (fork() == 0) {
        pid_t parent = getpid();
        if (fork() == 0) {
            while (getppid() == parent)
                sleep(1);
            write(ends[1], "x", 1);
            _exit(0);
        }
        _exit(0);
    }
    close(ends[1]);
    wait(NULL);
    return read(ends[0], &byte, 1) != 1 || read(ends[0], &byte, 1) != 0;
}
