/* Dies of a segmentation fault at once. */
#include <signal.h>

int main(void)
{
    volatile int *nowhere = (int *)8;

    return *nowhere;
}
