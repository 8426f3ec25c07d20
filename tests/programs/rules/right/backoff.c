/* Asks whether the child has ended, with a nap between two questions that grows. */
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    pid_t child = fork();
    if (child == 0) {
        sleep(10);
        _exit(0);
    }
    struct timespec nap = {0, 1000000};
    while (waitpid(child, NULL, WNOHANG) == 0) {
        nanosleep(&nap, NULL);
        if (nap.tv_nsec < 100000000)
            nap.tv_nsec += 1000000;
    }
    return 0;
}
