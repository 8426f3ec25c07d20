/* A daemon outlives the root and sleeps in pause for good. */
#include <unistd.h>

int main(void) {
    if (fork() == 0)
        for (;;)
            pause();
    return 6;
}
