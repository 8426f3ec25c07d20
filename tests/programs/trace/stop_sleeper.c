/* A sleeping child is stopped and continued: it sleeps on and does not notice. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = fork();
    if (child == 0) {
        struct timespec before, after, two = {2, 0};
        clock_gettime(CLOCK_MONOTONIC, &before);
        int failed = nanosleep(&two, NULL);
        clock_gettime(CLOCK_MONOTONIC, &after);
        _exit(failed || after.tv_sec - before.tv_sec < 2);
    }
    struct timespec one = {1, 0};
    nanosleep(&one, NULL);
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    return WEXITSTATUS(status);
}
