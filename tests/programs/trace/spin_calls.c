/* Asks for ever whether a child has ended, which it never does. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    if (fork() == 0)
        for (;;)
            pause();
    while (waitpid(-1, NULL, WNOHANG) == 0)
        ;
    return 0;
}
