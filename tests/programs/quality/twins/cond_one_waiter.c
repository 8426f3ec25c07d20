/* Correct twin. Source: CERT C CON38-C, compliant solution: every change of the step is broadcast, each thread looks
   at its own predicate in a loop. */
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { N = 3 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int step, letters, order;

static void *run(void *number) {
    int me = (int)(intptr_t)number;
    char letter = '?';
    if (pread(letters, &letter, 1, me) != 1)
        _exit(2);
    pthread_mutex_lock(&mutex);
    while (step != me)
        pthread_cond_wait(&changed, &mutex);
    if (write(order, &letter, 1) != 1)
        _exit(2);
    step++;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    char text[N + 1] = "";
    letters = open("letters", O_RDWR | O_CREAT | O_TRUNC, 0600);
    order = open("order", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (letters < 0 || order < 0 || write(letters, "abc", N) != N)
        return 2;
    for (int i = 0; i < N; i++)
        if (pthread_create(&threads[i], NULL, run, (void *)(intptr_t)i) != 0)
            return 2;
    for (int i = 0; i < N; i++)
        pthread_join(threads[i], NULL);
    if (pread(order, text, N, 0) != N)
        return 1;
    unlink("letters");
    unlink("order");
    return strcmp(text, "abc") != 0;
}
