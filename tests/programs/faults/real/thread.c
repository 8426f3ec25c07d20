// blocks|open real|planned: a thread sleeps in read, and SIGUSR1 comes to the process; the first thread blocks it or leaves it open.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2];
static pthread_t first;
static volatile sig_atomic_t handled;

static void on_signal(int number) {
    (void)number;
    handled = pthread_equal(pthread_self(), first) ? 1 : 2;
}

static void *reads(void *set) {
    char byte;
    pthread_sigmask(SIG_UNBLOCK, set, NULL);
    long result = read(ends[0], &byte, 1);
    printf("read %ld %s handled by the %s\n", result, result < 0 ? strerrorname_np(errno) : "", handled == 2 ? "second" : "first");
    fflush(stdout);
    return NULL;
}

int main(int argc, char **argv) {
    struct sigaction action;
    struct timespec moment = {1, 0};
    pthread_t second;
    sigset_t set;
    if (argc < 3 || pipe(ends)) return 1;
    first = pthread_self();
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    sigaction(SIGUSR1, &action, NULL);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    if (!strcmp(argv[1], "blocks")) pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (fork() == 0) {
        close(ends[0]);
        nanosleep(&moment, NULL);  // virtual time: it passes when the others sleep
        if (!strcmp(argv[2], "real")) kill(getppid(), SIGUSR1);
        nanosleep(&moment, NULL);
        _exit(write(ends[1], "x", 1) != 1);
    }
    printf("now\n");
    fflush(stdout);
    pthread_create(&second, NULL, reads, &set);
    pthread_join(second, NULL);
    while (wait(NULL) < 0 && errno == EINTR) continue;
    return 0;
}
