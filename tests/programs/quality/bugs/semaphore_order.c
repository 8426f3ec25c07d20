/* A consumer takes the mutex and then waits for an item, which the producer can only put there with the mutex. */
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ITEMS = 2 };

struct buffer {
    sem_t mutex, items;
    int count, taken;
};

static void produce(struct buffer *buffer) {
    for (int item = 0; item < ITEMS; item++) {
        sem_wait(&buffer->mutex);
        buffer->count++;
        sem_post(&buffer->mutex);
        sem_post(&buffer->items);
    }
    _exit(0);
}

static void consume(struct buffer *buffer) {
    for (int item = 0; item < ITEMS; item++) {
        sem_wait(&buffer->mutex);
        sem_wait(&buffer->items);
        buffer->count--;
        buffer->taken++;
        sem_post(&buffer->mutex);
    }
    _exit(0);
}

int main(void) {
    struct buffer *buffer =
        mmap(NULL, sizeof *buffer, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&buffer->mutex, 1, 1);
    sem_init(&buffer->items, 1, 0);
    if (fork() == 0)
        produce(buffer);
    if (fork() == 0)
        consume(buffer);
    while (wait(NULL) > 0)
        continue;
    return buffer->count != 0 || buffer->taken != ITEMS;
}
