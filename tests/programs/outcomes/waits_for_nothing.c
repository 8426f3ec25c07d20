/* Sleeps until a signal comes that nobody will send. */
#include <unistd.h>

int main(void)
{
    pause();
    return 0;
}
