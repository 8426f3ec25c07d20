/* Prints 1 GiB. */
#include <string.h>
#include <unistd.h>

int main(void)
{
    static char block[65536];

    memset(block, 'x', sizeof block);
    for (int i = 0; i < 16384; i++)
        if (write(1, block, sizeof block) < 0)
            return 1;
    return 0;
}
