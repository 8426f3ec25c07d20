/* Sleeps and waits with a limit under signals: what is left is told, and the sum of the parts is the whole. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void handler(int number) {
    (void)number;
    handled++;
}

static long long now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1000000000LL + at.tv_nsec;
}

int main(void) {
    struct timespec rest = {2, 0};
    int parts = 0;
    signal(SIGUSR1, handler);
    signal(SIGALRM, handler);
    pid_t parent = getpid();
    if (fork() == 0) {
        for (int i = 0; i < 3; i++)
            kill(parent, SIGUSR1);
        _exit(0);
    }
    long long began = now();
    while (nanosleep(&rest, &rest) < 0)
        parts += errno == EINTR ? 1 : 100;
    long long slept = now() - began;
    while (wait(NULL) < 0)
        parts += errno == EINTR ? 1 : 100;
    began = now();
    alarm(1);
    int before = handled;
    while (handled == before)
        pause();
    long long rang = now() - began;
    struct timespec limit = {1, 500000000};
    began = now();
    int ready = ppoll(NULL, 0, &limit, NULL);
    long long polled = now() - began;
    printf("%d %d %d %d %d\n", slept >= 2000000000LL && slept < 2100000000LL, parts <= 3,
           rang >= 1000000000LL && rang < 1100000000LL, ready, polled >= 1500000000LL && polled < 1600000000LL);
    return 0;
}
