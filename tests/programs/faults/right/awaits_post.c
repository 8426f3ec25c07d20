// A child posts a semaphore that its parent waits for. Whoever kills the child leaves the parent waiting, and that is no bug of theirs.
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    sem_t *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (done == MAP_FAILED || sem_init(done, 1, 0)) return 1;
    pid_t child = fork();
    if (child < 0) return 1;
    if (child == 0) {
        if (write(1, "work\n", 5) != 5) _exit(1);
        sem_post(done);
        _exit(0);
    }
    while (sem_wait(done)) continue;
    return waitpid(child, NULL, 0) != child;
}
