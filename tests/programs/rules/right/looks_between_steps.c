/* A worker looks once a step whether it is to stop; its work is done before anybody asks it to. */
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int stop[2];
    if (pipe(stop) < 0)
        return 1;
    pid_t worker = fork();
    if (worker == 0) {
        volatile unsigned long sum = 0;
        close(stop[1]);
        for (int step = 0; step < 300; step++) {
            struct pollfd watched = {stop[0], POLLIN, 0};
            if (poll(&watched, 1, 0) > 0)
                _exit(1);
            for (int each = 0; each < 1000; each++)
                sum += (unsigned long)each;
        }
        printf("%lu\n", sum);
        fflush(stdout);
        _exit(0);
    }
    close(stop[0]);
    waitpid(worker, NULL, 0);
    close(stop[1]);
    return 0;
}
