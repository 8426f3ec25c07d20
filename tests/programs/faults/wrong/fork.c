// Does not look at what fork returned: where there is no child, kill(-1) is for every process that may be signalled.
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
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
