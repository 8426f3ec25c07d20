// Does not look whether the shared memory took what it wrote, and says that all is saved.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(void) {
    static char page[8192];
    int fd = shm_open("/table", O_CREAT | O_EXCL | O_RDWR, 0600);
    if (fd < 0) return 1;
    memset(page, 'x', sizeof page);
    write(fd, page, sizeof page);
    shm_unlink("/table");
    puts("saved");
    return 0;
}
