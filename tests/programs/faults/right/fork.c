// Without a child there is nothing to stop: it says so and fails.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child < 0) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        pause();
        _exit(0);
    }
    puts("stopping the child");
    fflush(stdout);
    kill(child, SIGTERM);
    wait(NULL);
    return 0;
}
