/* Never ends, and asks the kernel again and again for what changes nothing. */
#include <unistd.h>

int main(void)
{
    for (;;)
        close(99);
}
