/* Asks again and again whether a sleeping child has ended. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    if (fork() == 0) {
        sleep(2);
        _exit(3);
    }
    while (waitpid(-1, &status, WNOHANG) == 0)
        ;
    return WEXITSTATUS(status);
}
