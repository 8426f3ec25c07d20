/* One thread closes the pipe, the other still writes. */
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static int ends[2];

static void *finish(void *nothing)
{
    close(ends[1]);
    return nothing;
}

int main(void)
{
    pthread_t thread;
    char byte;
    if (pipe(ends) < 0)
        return 1;
    write(ends[1], "x", 1);
    read(ends[0], &byte, 1);
    pthread_create(&thread, NULL, finish, NULL);
    pthread_join(thread, NULL);
    write(ends[1], "y", 1);
    close(ends[0]);
    return 0;
}
