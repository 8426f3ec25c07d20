/* Calls that a function of a library makes in the end. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static sem_t ready;

static void *worker(void *unused) {
    (void)unused;
    sem_wait(&ready); /* at: futex by P0.2 */
    return NULL;
}

static int compare(const void *left, const void *right) {
    write(2, "c", 1); /* at: write on stderr */
    return *(const int *)left - *(const int *)right;
}

static int down(int depth) {
    if (depth == 0)
        return (int)lseek(0, 0, SEEK_CUR) + dup(0); /* at: dup */
    return down(depth - 1) + 1;
}

int main(void) {
    int numbers[] = {3, 1, 2};
    pthread_t thread;
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("%d\n", 7); /* at: write on stdout */
    qsort(numbers, 3, sizeof numbers[0], compare);
    down(20);
    sem_init(&ready, 0, 0);
    pthread_create(&thread, NULL, worker, NULL); /* at: clone by P0 with thread=True */
    system("true"); /* at: clone by P0 with thread=False */
    sem_post(&ready); /* at: futex by P0 with op=wake */
    pthread_join(thread, NULL);
    return 0;
}
