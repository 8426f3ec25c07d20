/* Makes a segment, sizes it in three ways, maps it, and removes it; a child reads what the parent wrote. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int fd = shm_open("/segment", O_RDWR | O_CREAT | O_EXCL, 0600);
    ftruncate(fd, 4096);
    fallocate(fd, 0, 4096, 100);
    truncate("/dev/shm/segment", 8192);
    char *memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    memory[8191] = 'x';
    if (fork() == 0)
        _exit(write(1, memory + 8191, 1) != 1);
    wait(NULL);
    shm_unlink("/segment");
    return 0;
}
