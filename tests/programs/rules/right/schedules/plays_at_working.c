/* Workers that only pretend to work: each sleeps for a while and reports; all are waited for. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int reports[2];
    pipe(reports);
    for (int worker = 0; worker < 3; worker++)
        if (fork() == 0) {
            close(reports[0]);
            usleep(200000 * (3 - worker));
            write(reports[1], &worker, sizeof worker);
            _exit(0);
        }
    close(reports[1]);
    int worker, count = 0;
    while (read(reports[0], &worker, sizeof worker) == sizeof worker) {
        printf("worker %d is done\n", worker);
        count++;
    }
    while (wait(NULL) > 0)
        ;
    printf("%d reports\n", count);
    return 0;
}
