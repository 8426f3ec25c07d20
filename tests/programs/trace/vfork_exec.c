/* vfork: the parent sleeps until the child has run another program. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    int status;
    pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)0);
        _exit(127);
    }
    waitpid(child, &status, 0);
    return status != 0;
}
