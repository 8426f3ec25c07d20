/* One thread polls and hands a ready descriptor to another, which reads. */
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <unistd.h>

static int ends[2];
static sem_t work, done;

static void *worker(void *nothing)
{
    for (int each = 0; each < 100; each++) {
        char byte;
        sem_wait(&work);
        read(ends[0], &byte, 1);
        sem_post(&done);
    }
    return nothing;
}

int main(void)
{
    pthread_t thread;
    if (pipe(ends) < 0)
        return 1;
    sem_init(&work, 0, 0);
    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, worker, NULL);
    for (int each = 0; each < 100; each++) {
        struct pollfd watched = {ends[0], POLLIN, 0};
        write(ends[1], "x", 1);
        poll(&watched, 1, -1);
        sem_post(&work);
        sem_wait(&done);
    }
    pthread_join(thread, NULL);
    return 0;
}
