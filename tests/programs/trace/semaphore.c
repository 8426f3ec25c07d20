/* Two processes alternate by two process-shared semaphores. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sem_t *sems = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&sems[0], 1, 1);
    sem_init(&sems[1], 1, 0);
    int child = fork() == 0;
    for (int i = 0; i < 3; i++) {
        sem_wait(&sems[child]);
        write(1, child ? "b" : "a", 1);
        sem_post(&sems[!child]);
    }
    if (child)
        _exit(0);
    wait(NULL);
    return 0;
}
