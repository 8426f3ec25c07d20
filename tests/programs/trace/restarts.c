/* A handler with SA_RESTART ends no read; one without ends sigsuspend, ppoll and, from outside, read and poll. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int acknowledged[2];

static void tell(int number) {
    char byte = (char)number;
    write(acknowledged[1], &byte, 1);
}

static void nothing(int number) {
    (void)number;
}

static void handle(int number, void (*handler)(int), int flags) {
    struct sigaction action = {0};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(number, &action, NULL);
}

int main(void) {
    int ends[2];
    char byte;
    sigset_t blocked, before;
    pipe(ends);
    pipe(acknowledged);
    handle(SIGUSR1, tell, SA_RESTART);
    handle(SIGUSR2, nothing, 0);
    pid_t parent = getpid();
    if (fork() == 0) {
        kill(parent, SIGUSR1);
        read(acknowledged[0], &byte, 1);
        write(ends[1], "x", 1);
        _exit(0);
    }
    int first = read(ends[0], &byte, 1);
    wait(NULL);
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    raise(SIGUSR2);
    int second = sigsuspend(&before), why = errno;
    raise(SIGUSR2);
    struct pollfd watched = {ends[0], POLLIN, 0};
    int third = ppoll(&watched, 1, NULL, &before), also = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    printf("%d %d %d %d %d\n", first, second, why == EINTR, third, also == EINTR);
    fflush(stdout);
    watched.fd = 0;
    int fourth = poll(&watched, 1, -1), finally = errno; /* SIGUSR2 comes from outside */
    printf("%d %d\n", fourth, finally == EINTR);
    fflush(stdout);
    int fifth = read(0, &byte, 1); /* SIGUSR2 again */
    printf("%d %d\n", fifth, errno == EINTR);
    fflush(stdout);
    int sixth = poll(&watched, 1, -1); /* SIGWINCH, which nobody handles, then a byte */
    printf("%d\n", sixth);
    return 0;
}
