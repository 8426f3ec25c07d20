/* Each thread has a pipe of its own that wakes it; they are made one after the other and live to the end. */
#include <pthread.h>
#include <unistd.h>

enum { THREADS = 12 };
static int bells[THREADS][2];

static void *serve(void *number)
{
    char byte;
    return read(bells[(long)number][0], &byte, 1) == 1 ? NULL : number;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (long each = 0; each < THREADS; each++) {
        if (pipe(bells[each]) < 0)
            return 1;
        pthread_create(&threads[each], NULL, serve, (void *)each);
        write(bells[each][1], "x", 1);
    }
    for (int each = 0; each < THREADS; each++)
        pthread_join(threads[each], NULL);
    return 0;
}
