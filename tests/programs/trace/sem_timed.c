/* sem_timedwait gives up after a second; posted before, it does not. */
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    sem_t *sem = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct timespec until;
    sem_init(sem, 1, 0);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 1;
    int first = sem_timedwait(sem, &until), why = errno;
    if (fork() == 0) {
        sem_post(sem);
        _exit(0);
    }
    until.tv_sec += 10;
    int second = sem_timedwait(sem, &until);
    wait(NULL);
    until.tv_sec -= 30;
    int third = sem_timedwait(sem, &until), past = errno;
    printf("%d %d %d %d %d\n", first, why == ETIMEDOUT, second, third, past == ETIMEDOUT);
    return 0;
}
