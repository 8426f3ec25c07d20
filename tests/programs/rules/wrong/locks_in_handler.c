/* A handler takes the mutex that the main program held when the signal came. */
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;
static int count;

static void add(int number)
{
    (void)number;
    pthread_mutex_lock(&guard);
    count++;
    pthread_mutex_unlock(&guard);
}

int main(void)
{
    struct sigaction action = {.sa_handler = add, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &action, NULL);
    pid_t child = fork();
    if (child == 0) {
        kill(getppid(), SIGUSR1);
        _exit(0);
    }
    pthread_mutex_lock(&guard);
    count++;
    waitpid(child, NULL, 0);
    pthread_mutex_unlock(&guard);
    return 0;
}
