/* Goes to sleep again whenever it wakes. */
#include <unistd.h>

int main(void)
{
    for (;;)
        sleep(3600);
}
