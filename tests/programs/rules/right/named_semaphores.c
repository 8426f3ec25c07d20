/* Two processes take turns with named semaphores. */
#include <fcntl.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sem_t *ping = sem_open("/rules-ping", O_CREAT | O_EXCL, 0600, 0);
    sem_t *pong = sem_open("/rules-pong", O_CREAT | O_EXCL, 0600, 0);
    if (ping == SEM_FAILED || pong == SEM_FAILED)
        return 1;
    sem_unlink("/rules-ping");
    sem_unlink("/rules-pong");
    if (fork() == 0) {
        for (int turn = 0; turn < 60; turn++) {
            sem_wait(ping);
            sem_post(pong);
        }
        _exit(0);
    }
    for (int turn = 0; turn < 60; turn++) {
        sem_post(ping);
        sem_wait(pong);
    }
    wait(NULL);
    sem_close(ping);
    sem_close(pong);
    puts("over");
    return 0;
}
