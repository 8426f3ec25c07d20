/* Twelve blocks of shared memory, each mapped, its descriptor closed, its name removed. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    for (int each = 0; each < 12; each++) {
        int fd = shm_open("/rules-block", O_CREAT | O_EXCL | O_RDWR, 0600);
        if (fd < 0 || ftruncate(fd, 4096) < 0)
            return 1;
        int *block = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        close(fd);
        shm_unlink("/rules-block");
        if (fork() == 0) {
            *block = each;
            _exit(0);
        }
        wait(NULL);
        printf("%d ", *block);
        munmap(block, 4096);
    }
    return 0;
}
