/* A message queue, a semaphore and shared memory of System V, made, used and removed; semtimedop gives up. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

struct letter {
    long type;
    char text[8];
};

int main(void) {
    int queue = msgget(IPC_PRIVATE, 0600), sem = semget(IPC_PRIVATE, 1, 0600), shm = shmget(IPC_PRIVATE, 4096, 0600);
    int *memory = shmat(shm, NULL, 0);
    struct sembuf take = {0, -1, 0}, give = {0, 1, 0};
    struct timespec second = {1, 0};
    struct letter letter = {2, "letter"};
    int late = semtimedop(sem, &take, 1, &second), why = errno;
    if (fork() == 0) {
        msgrcv(queue, &letter, 8, 2, 0);
        *memory = letter.text[0];
        semop(sem, &give, 1);
        _exit(0);
    }
    msgsnd(queue, &letter, 8, 0);
    semop(sem, &take, 1);
    printf("%d %d %c\n", late, why == EAGAIN, *memory);
    wait(NULL);
    shmdt(memory);
    msgctl(queue, IPC_RMID, NULL);
    semctl(sem, 0, IPC_RMID);
    shmctl(shm, IPC_RMID, NULL);
    return 0;
}
