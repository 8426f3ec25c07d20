/* Parent and child print, and nobody says who comes first. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    pid_t child = fork();
    if (child == 0) {
        puts("the child works");
        return 0;
    }
    puts("the parent waits");
    fflush(stdout);
    waitpid(child, NULL, 0);
    return 0;
}
