// OPERATION real|planned [FOLDER]: something that needs room where there is none. Where it is real, a tmpfs was filled before
// (this program fills /dev/shm itself; a FOLDER is full already); else a plan says so.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static char data[10000];

static void tell(const char *what, long result) {
    int fault = errno;
    printf("%s %ld %s\n", what, result, result < 0 ? strerrorname_np(fault) : "");
    fflush(stdout);
}

static void look(int fd) {
    struct stat status;
    fstat(fd, &status);
    printf("size %ld, blocks %ld, at %ld\n", (long)status.st_size, (long)status.st_blocks, (long)lseek(fd, 0, SEEK_CUR));
    fflush(stdout);
}

static int allocate(int fd, off_t start, off_t length) {
    int fault = posix_fallocate(fd, start, length);
    errno = fault;
    return fault ? -1 : 0;
}

static void fill(void) {
    char name[32];
    long size = 16 << 20;
    for (int number = 0; size >= 4096; number++) {
        snprintf(name, sizeof name, "/full-%d", number);
        int fd = shm_open(name, O_CREAT | O_RDWR, 0600);
        shm_unlink(name);
        while (fd >= 0 && size >= 4096 && allocate(fd, 0, size)) size /= 2;
    }
}

int main(int argc, char **argv) {
    char path[256] = "/dev/shm/new";
    if (argc > 3) snprintf(path, sizeof path, "%s/new", argv[3]);
    const char *what = argv[1];
    if (!strcmp(what, "creat") || !strcmp(what, "mkfifo")) {
        tell(what, !strcmp(what, "creat") ? open(path, O_CREAT | O_WRONLY, 0600) : mkfifo(path, 0600));
        tell("access", access(path, F_OK));
        return 0;
    }
    int fd = open(path, O_CREAT | O_RDWR, 0600);
    if (!strcmp(what, "inside") || !strcmp(what, "behind") || !strcmp(what, "append")) tell("before", write(fd, data, 5000));
    if (!strcmp(what, "append")) fcntl(fd, F_SETFL, O_APPEND);
    if (!strcmp(what, "inside")) lseek(fd, 100, SEEK_SET);
    if (!strcmp(argv[2], "real")) fill();
    tell("now", 0);
    if (!strcmp(what, "ftruncate")) tell(what, ftruncate(fd, 8192));
    else if (!strcmp(what, "fallocate")) tell(what, allocate(fd, 0, 8192));
    else if (!strcmp(what, "pwrite")) tell(what, pwrite(fd, data, sizeof data, 0));
    else {
        long size = !strcmp(what, "inside") ? 4000 : (long)sizeof data;
        tell(what, write(fd, data, (size_t)size));
        look(fd);
        tell("again", write(fd, data, (size_t)size));
    }
    look(fd);
    shm_unlink("/new");
    return 0;
}
