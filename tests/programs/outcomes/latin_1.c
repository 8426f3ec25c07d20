/* grün */
#include <stdio.h>

int main(void)
{
    return puts("done") < 0;
}
