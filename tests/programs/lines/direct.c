#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>
#include <semaphore.h>

static void say(int fd) {
    write(fd, "x", 1);  /* line: write pipe */
}

int main(void) {
    int ends[2];
    pipe(ends);  /* line: pipe2 */
    setvbuf(stdout, 0, _IONBF, 0);
    printf("hello %d\n", 3);  /* line: write stdout */
    pid_t child = fork();  /* line: fork */
    if (child == 0) {
        say(ends[1]);
        exit(3);
    }
    char c;
    read(ends[0], &c, 1);  /* line: read */
    wait(0);
    return 0;
}
