/* Two children; each makes many operations on a System V semaphore that never have to wait. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int set = semget(IPC_PRIVATE, 1, 0600);
    for (int child = 0; child < 2; child++)
        if (fork() == 0) {
            struct sembuf one = {.sem_num = 0, .sem_op = 1};
            for (int i = 0; i < 40; i++)
                semop(set, &one, 1);
            _exit(0);
        }
    while (wait(NULL) > 0)
        ;
    semctl(set, 0, IPC_RMID);
    return 0;
}
