/* Each of two workers does the job if the mark was not there and now is: one call of which only one can succeed. */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void work(int done) {
    int mark = open("taken", O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (mark >= 0) {
        write(done, "x", 1);
        close(mark);
    }
    _exit(0);
}

int main(void) {
    struct stat times;
    int done = open("done", O_WRONLY | O_CREAT | O_APPEND, 0600);
    for (int worker = 0; worker < 2; worker++)
        if (fork() == 0)
            work(done);
    while (wait(NULL) > 0)
        continue;
    return fstat(done, &times) < 0 || times.st_size != 1;
}
