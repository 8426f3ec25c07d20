/* A parent says every second that its child still works, and how often it said so. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        usleep(3500000);
        _exit(0);
    }
    int beats = 0;
    while (waitpid(child, NULL, WNOHANG) == 0) {
        puts("still at work");
        fflush(stdout);
        beats++;
        sleep(1);
    }
    printf("%d beats\n", beats);
    return 0;
}
