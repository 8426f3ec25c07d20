/* A pool of tokens as in make -j: helpers inherit the pipe over exec; whoever needs a token takes one and puts it back. */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int pool[2];
    char token;
    if (pipe(pool) < 0)
        return 1;
    write(pool[1], "++", 2);
    setenv("TOKENS", "3,4", 1);
    for (int job = 0; job < 6; job++) {
        read(pool[0], &token, 1);
        if (fork() == 0) {
            execl("/bin/sh", "sh", "-c", "/bin/true; printf + >&4", (char *)NULL);
            _exit(127);
        }
    }
    while (wait(NULL) > 0)
        ;
    return 0;
}
