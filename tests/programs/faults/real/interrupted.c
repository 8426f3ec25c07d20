// OPERATION real|planned [restart]: one call that sleeps, interrupted by SIGUSR1. Where it is real, a child sends it; else a plan.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t handled;
static char data[200000];

static void on_signal(int number) {
    (void)number;
    handled++;
}

static int is(const char *what, const char *name) { return !strcmp(what, name); }

static long descriptors(const char *what) {
    int pair[2], ends[2];
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "\0here"};
    if (pipe(ends) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) return -9;
    if (is(what, "read")) return read(ends[0], data, sizeof data);
    if (is(what, "write")) return write(ends[1], data, sizeof data);
    if (is(what, "atomic")) {
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
        while (write(ends[1], data, 4096) > 0) continue;
        fcntl(ends[1], F_SETFL, 0);
        return write(ends[1], data, 4096);
    }
    if (is(what, "recv")) return recv(pair[0], data, sizeof data, 0);
    if (is(what, "poll")) return poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, -1);
    if (is(what, "timed poll")) return poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 5000);
    if (is(what, "epoll")) return epoll_wait(epoll_create1(0), &(struct epoll_event){0}, 1, -1);
    if (is(what, "accept")) {
        bind(ends[0] = socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&address, sizeof(sa_family_t) + 5);
        listen(ends[0], 1);
        return accept(ends[0], NULL, NULL);
    }
    if (is(what, "open")) {
        mkfifo("fifo", 0600);
        long result = open("fifo", O_RDONLY);
        int fault = errno;
        unlink("fifo");
        errno = fault;
        return result;
    }
    return -9;
}

static long operate(const char *what) {
    sigset_t none;
    sigemptyset(&none);
    if (is(what, "wait")) return waitpid(-1, NULL, 0) > 0;
    if (is(what, "pause")) return pause();
    if (is(what, "sigsuspend")) return sigsuspend(&none);
    if (is(what, "nanosleep")) {
        struct timespec asked = {5, 0}, left = {7, 7};
        long result = nanosleep(&asked, &left);
        printf("told what is left: %d\n", left.tv_sec < 7);
        return result;
    }
    if (is(what, "semaphore")) {
        sem_t semaphore;
        sem_init(&semaphore, 1, 0);
        return sem_wait(&semaphore);
    }
    if (is(what, "semop")) {
        int id = semget(IPC_PRIVATE, 1, 0600);
        long result = semop(id, &(struct sembuf){0, -1, 0}, 1);
        int fault = errno;
        semctl(id, 0, IPC_RMID);
        errno = fault;
        return result;
    }
    if (is(what, "msgrcv")) {
        int id = msgget(IPC_PRIVATE, 0600);
        long result = msgrcv(id, data, 8, 0, 0);
        int fault = errno;
        msgctl(id, IPC_RMID, NULL);
        errno = fault;
        return result;
    }
    if (is(what, "queue")) {
        mqd_t queue = mq_open("/queue", O_CREAT | O_RDWR, 0600, NULL);
        mq_unlink("/queue");
        return mq_receive(queue, data, sizeof data, NULL);
    }
    return descriptors(what);
}

int main(int argc, char **argv) {
    struct sigaction action;
    int gate[2];
    char byte;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    action.sa_flags = argc > 3 ? SA_RESTART : 0;
    sigaction(SIGUSR1, &action, NULL);
    if (pipe(gate)) return 1;
    if (fork() == 0) {
        close(gate[1]);
        struct timespec moment = {1, 0};
        if (is(argv[2], "real")) {
            nanosleep(&moment, NULL);  // virtual time: it passes when the parent sleeps
            kill(getppid(), SIGUSR1);
        }
        _exit(read(gate[0], &byte, 1) != 0);
    }
    close(gate[0]);
    printf("now\n");
    fflush(stdout);
    long result = operate(argv[1]);
    int fault = errno;
    printf("%ld %s handled %d\n", result, result < 0 ? strerrorname_np(fault) : "", (int)handled);
    fflush(stdout);
    return 0;
}
