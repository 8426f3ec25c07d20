// Dies of SIGPIPE when its child is gone: what it has made in shared memory stays behind.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static char page[4096];

int main(void) {
    int ends[2];
    if (pipe(ends) || shm_open("/numbers", O_CREAT | O_RDWR, 0600) < 0) return 1;
    pid_t child = fork();
    if (child < 0) {
        shm_unlink("/numbers");
        return 1;
    }
    if (child == 0) {
        close(ends[1]);
        while (read(ends[0], page, sizeof page) > 0) continue;
        _exit(0);
    }
    close(ends[0]);
    for (int i = 0; i < 40; i++)
        if (write(ends[1], page, sizeof page) < 0) break;
    close(ends[1]);
    waitpid(child, NULL, 0);
    shm_unlink("/numbers");
    return 0;
}
