#include <stdio.h>

int main(void)
{
    int grün = 0;
    return puts("done") < grün;
}
