/* Its status is that of whichever child ended first. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    for (int number = 0; number < 2; number++)
        if (fork() == 0)
            _exit(number);
    int first, second;
    wait(&first);
    wait(&second);
    return WEXITSTATUS(first);
}
