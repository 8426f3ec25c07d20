/* Two processes take the same two semaphores, each in its own order. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void both(sem_t *first, sem_t *second) {
    sem_wait(first);
    write(STDOUT_FILENO, "1", 1);
    sem_wait(second);
    write(STDOUT_FILENO, "2", 1);
    sem_post(second);
    sem_post(first);
    _exit(0);
}

int main(void) {
    sem_t *pair = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&pair[0], 1, 1);
    sem_init(&pair[1], 1, 1);
    if (fork() == 0)
        both(&pair[0], &pair[1]);
    if (fork() == 0)
        both(&pair[1], &pair[0]);
    while (wait(NULL) > 0)
        ;
    return 0;
}
