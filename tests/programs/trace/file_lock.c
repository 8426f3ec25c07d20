/* flock: the second waits until the first has unlocked. */
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    char byte;
    pipe(ends);
    int mine = open("lock", O_CREAT | O_RDWR, 0600);
    flock(mine, LOCK_EX);
    if (fork() == 0) {
        int its = open("lock", O_RDWR);
        write(ends[1], "x", 1);
        flock(its, LOCK_EX);
        write(1, "second\n", 7);
        _exit(0);
    }
    read(ends[0], &byte, 1);
    write(1, "first\n", 6);
    flock(mine, LOCK_UN);
    wait(NULL);
    return 0;
}
