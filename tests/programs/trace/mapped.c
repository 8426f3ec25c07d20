/* A mapped file, POSIX shared memory and anonymous shared memory, between a parent and its child; truncation and removal. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int file = open("data", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600), again = open("data", O_RDWR | O_CREAT | O_EXCL, 0600);
    ftruncate(file, 8192);
    char *bytes = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    char *nameless = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int shm = shm_open("/notes", O_RDWR | O_CREAT, 0600), memory = memfd_create("scratch", MFD_CLOEXEC);
    ftruncate(shm, 4096);
    fallocate(memory, 0, 0, 4096);
    char *notes = mmap(NULL, 4096, PROT_READ, MAP_SHARED, shm, 0);
    if (fork() == 0) {
        strcpy(bytes, "file");
        strcpy(nameless, "none");
        pwrite(shm, "shm", 4, 0);
        _exit(0);
    }
    wait(NULL);
    char got[8] = {0};
    pread(file, got, 4, 0);
    struct iovec {
        void *base;
        size_t size;
    } parts[2] = {{got, 4}, {got + 4, 4}};
    preadv(file, (void *)parts, 2, 0);
    pwritev(memory, (void *)parts, 2, 10);
    sendfile(1, file, NULL, 4);
    copy_file_range(file, NULL, memory, NULL, 100, 0);
    printf("%d %s %s %s\n", again, got, nameless, notes);
    truncate("data", 1);
    link("data", "other");
    rename("other", "third");
    symlink("third", "fourth");
    mkfifo("way", 0600);
    int failed = unlink("fifth");
    unlink("data");
    unlink("third");
    unlinkat(AT_FDCWD, "fourth", 0);
    unlink("way");
    shm_unlink("/notes");
    munmap(bytes, 8192);
    *private = (char)failed;
    return 0;
}
