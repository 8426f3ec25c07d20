/* Makes an object of every kind of inter-process communication that has a name, prints, and removes none of them. */
#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY 0x6c656674

int main(void)
{
    shm_open("/outcome-left", O_CREAT | O_RDWR, 0600);
    sem_open("/outcome-left", O_CREAT, 0600, 1);
    mq_open("/outcome-left", O_CREAT | O_RDWR, 0600, NULL);
    shmget(KEY, 4096, IPC_CREAT | 0600);
    semget(KEY, 1, IPC_CREAT | 0600);
    msgget(KEY, IPC_CREAT | 0600);
    mkfifo("/tmp/outcome-left", 0600);
    close(open("/tmp/outcome-left-file", O_CREAT | O_WRONLY, 0600));
    return puts("done") < 0;
}
