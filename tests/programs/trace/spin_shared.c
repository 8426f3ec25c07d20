/* Spins on shared memory until the child has set a flag. */
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    volatile int *flag = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        *flag = 1;
        _exit(0);
    }
    while (!*flag)
        ;
    wait(0);
    return 0;
}
