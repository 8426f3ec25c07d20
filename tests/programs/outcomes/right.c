/* Does what is asked for. */
#include <stdio.h>

int main(void)
{
    return puts("done") < 0;
}
