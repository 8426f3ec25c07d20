/* sem_post in a handler, the one call of its family that may be there; the main program waits on it. */
#include <errno.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static sem_t bell;

static void ring(int number)
{
    (void)number;
    sem_post(&bell);
}

int main(void)
{
    struct sigaction action = {.sa_handler = ring};
    sem_init(&bell, 0, 0);
    sigaction(SIGUSR1, &action, NULL);
    if (fork() == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    while (sem_wait(&bell) < 0 && errno == EINTR)
        ;
    puts("rung");
    wait(NULL);
    return 0;
}
