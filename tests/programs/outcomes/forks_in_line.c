/* Each process makes one child and ends: a chain without end, of which only one link lives at a time. */
#include <unistd.h>

int main(void)
{
    for (;;)
        if (fork() > 0)
            _exit(0);
}
