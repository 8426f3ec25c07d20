/* A handler that leaves a read by siglongjmp; afterwards the main program may do anything. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf back;

static void jump(int number)
{
    siglongjmp(back, number);
}

static void *late(void *lock)
{
    sleep(1);
    pthread_mutex_unlock(lock);
    return NULL;
}

int main(void)
{
    int ends[2];
    char byte;
    struct sigaction action = {.sa_handler = jump};
    sigaction(SIGALRM, &action, NULL);
    if (pipe(ends) < 0)
        return 1;
    if (!sigsetjmp(back, 1)) {
        alarm(1);
        read(ends[0], &byte, 1);
    }
    printf("late\n");
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_t thread;
    pthread_mutex_lock(&lock);
    pthread_create(&thread, NULL, late, &lock);
    pthread_mutex_lock(&lock);
    pthread_join(thread, NULL);
    return 0;
}
