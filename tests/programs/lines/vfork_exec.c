/* A child that shares its parent's memory, then runs another program. */
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    if (vfork() == 0) { /* at: vfork */
        close(9); /* at: close by P1 with fd=9 */
        execl("/bin/sh", "sh", "-c", "echo x", (char *)NULL); /* at: execve by P1 */ /* nowhere: write on stdout */
        _exit(1);
    }
    wait(NULL); /* at: wait4 */
    return 0;
}
