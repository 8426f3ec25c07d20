/* A handler waits for a semaphore which the interrupted code would have posted. */
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t guard;

static void update(int number)
{
    (void)number;
    sem_wait(&guard);
    sem_post(&guard);
}

int main(void)
{
    struct sigaction action = {.sa_handler = update};
    sem_init(&guard, 0, 1);
    sigaction(SIGALRM, &action, NULL);
    alarm(1);
    for (;;) {
        sem_wait(&guard);
        sleep(1);
        sem_post(&guard);
    }
}
