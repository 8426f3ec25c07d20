/* System V objects with a key: made, made again, found, not found; a message that is not there; undo of a semaphore. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

struct letter {
    long type;
    char text[16];
};

int main(void) {
    struct letter letter = {3, "three"};
    struct sembuf both[2] = {{0, -1, SEM_UNDO}, {1, 1, IPC_NOWAIT}}, never = {0, -1, IPC_NOWAIT};
    unsigned short values[2];
    int queue = msgget(0x51, IPC_CREAT | IPC_EXCL | 0600), again = msgget(0x51, IPC_CREAT | IPC_EXCL | 0600);
    int absent = semget(0x52, 2, 0600), sem = semget(0x52, 2, IPC_CREAT | 0600), shm = shmget(0x53, 100, IPC_CREAT | 0600);
    semctl(sem, 0, SETVAL, 1);
    if (fork() == 0) {
        semop(sem, both, 2);
        msgsnd(queue, &letter, 6, 0);
        _exit(0);
    }
    int size = msgrcv(queue, &letter, 16, -5, 0), none = msgrcv(queue, &letter, 16, 0, IPC_NOWAIT);
    wait(NULL);
    int zero = semop(sem, &never, 1), refused = semop(sem, &never, 1);
    semctl(sem, 0, GETALL, values);
    char *memory = shmat(shm, NULL, SHM_RDONLY);
    shmdt(memory);
    int wrong = shmdt(memory);
    msgctl(queue, IPC_RMID, NULL);
    semctl(sem, 0, IPC_RMID);
    shmctl(shm, IPC_RMID, NULL);
    int gone = semctl(sem, 0, GETVAL);
    printf("%d %d %d %d %d %d %d %d %d\n", again, absent, size, none, zero, refused, wrong, gone, values[1]);
    return 0;
}
