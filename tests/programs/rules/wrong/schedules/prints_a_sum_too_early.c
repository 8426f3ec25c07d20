/* Sleeps while its worker adds up, and prints the sum as it is then. */
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int *sum = mmap(NULL, sizeof *sum, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        for (int number = 1; number <= 3; number++) {
            *sum += number;
            getppid();
        }
        _exit(0);
    }
    sleep(1);
    printf("sum %d\n", *sum);
    fflush(stdout);
    wait(NULL);
    return 0;
}
