/* A child ends while its parent sleeps in semop: an ignored SIGCHLD must not interrupt that. */
#include <errno.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    int sem = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf take = {0, -1, 0}, give = {0, 1, 0};
    struct timespec second = {1, 0};
    if (fork() == 0)
        _exit(0);
    if (fork() == 0) {
        nanosleep(&second, NULL);
        semop(sem, &give, 1);
        _exit(0);
    }
    int failed = semop(sem, &take, 1);
    printf("%d %d\n", failed, failed && errno == EINTR);
    while (wait(NULL) > 0)
        ;
    semctl(sem, 0, IPC_RMID);
    return 0;
}
