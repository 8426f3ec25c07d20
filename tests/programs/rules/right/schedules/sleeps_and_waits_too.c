/* Sleeps for no reason: it waits for its child as well. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int answer[2];
    pipe(answer);
    if (fork() == 0) {
        close(answer[0]);
        write(answer[1], "6", 1);
        _exit(0);
    }
    close(answer[1]);
    sleep(1);
    char byte;
    read(answer[0], &byte, 1);
    wait(NULL);
    printf("answer %c\n", byte);
    return 0;
}
