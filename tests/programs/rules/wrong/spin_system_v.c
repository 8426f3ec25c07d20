/* Takes a System V semaphore with IPC_NOWAIT in a loop. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int set = semget(IPC_PRIVATE, 1, 0600);
    struct sembuf up = {0, 1, 0}, down = {0, -1, IPC_NOWAIT};
    if (fork() == 0) {
        sleep(1);
        semop(set, &up, 1);
        _exit(0);
    }
    while (semop(set, &down, 1) < 0)
        ;
    wait(NULL);
    semctl(set, 0, IPC_RMID);
    return 0;
}
