/* Never ends, and makes only calls that nobody watches. */
#include <sys/syscall.h>
#include <unistd.h>

int main(void)
{
    for (;;)
        syscall(SYS_getppid);
}
