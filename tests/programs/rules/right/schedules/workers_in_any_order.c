/* Workers print when they are done, in whatever order; their parent prints last. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    for (int worker = 0; worker < 3; worker++)
        if (fork() == 0) {
            printf("worker %d (%d) is done\n", worker, (int)getpid());
            return 0;
        }
    while (wait(NULL) > 0)
        ;
    puts("all are done");
    return 0;
}
