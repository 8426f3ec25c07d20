/* Nobody removes the FIFO. */
#include <sys/stat.h>

int main(void)
{
    return mkfifo("line", 0600);
}
