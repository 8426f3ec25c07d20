/* waits KIND MODE: P0 waits for a child that waits, in one way of many, for what nobody does; or that somebody does after all.

   stuck    nobody does it: P0 and the child wait for ever
   other    a live process does it after a second
   alarm    the child has an armed alarm, whose handler ends it
   handler  the child has a handler for SIGTERM, which may come from outside
   timeout  the child's call has a time limit */
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2], id, timed, helped, handled;
static pid_t waiter;
static sem_t *semaphore;
static pthread_mutex_t *mutex;
static mqd_t queue;
static char block[65536];
static const struct timespec second = {1, 0};
static struct message { long type; char text[8192]; } message = {1, "x"};

static struct timespec soon(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += 1;
    return now;
}

static void quietly(int number) { (void)number; }
static void leaves(int number) { (void)number; _exit(0); }
static void nothing(void) {}
static void wakes(void) { kill(waiter, SIGUSR1); }

/* Pipes, FIFOs and sockets: the waiter keeps no end that it would itself have to close. */
static void make_pipe(void) { if (pipe(ends) < 0) exit(9); }
static void fill(int fd) { fcntl(fd, F_SETFL, O_NONBLOCK); while (write(fd, block, sizeof block) > 0); fcntl(fd, F_SETFL, 0); }
static void make_full_pipe(void) { make_pipe(); fill(ends[1]); }
static void read_end(void) { close(ends[1]); read(ends[0], block, 1); }
static void write_end(void) { close(ends[0]); write(ends[1], block, 1); }
static void fill_one(void) { write(ends[1], "x", 1); }
static void drain(void) { read(ends[0], block, sizeof block); }
static void make_fifo(void) { mkfifo("f", 0600); }
static void open_reading(void) { int fd = open("f", O_RDONLY); close(fd); unlink("f"); }
static void open_writing(void) { int fd = open("f", O_WRONLY); close(fd); }
static void read_fifo(void) { int fd = open("f", O_RDWR); read(fd, block, 1); unlink("f"); }
static void write_fifo(void) { int fd = open("f", O_WRONLY); write(fd, "x", 1); }
static void make_sockets(void) { if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) < 0) exit(9); }
static void make_datagrams(void) { if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) < 0) exit(9); }
static void make_full_sockets(void) { make_sockets(); fill(ends[1]); }
static void receives(void)
{
    struct timeval limit = {1, 0};
    close(ends[1]);
    if (timed)
        setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    recv(ends[0], block, 1, 0);
}

static void drain_all(void) { int left = 100; while (left-- > 0 && recv(ends[0], block, sizeof block, MSG_DONTWAIT) > 0); }

/* Semaphores and mutexes. */
static void *shared(void) { return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0); }
static void make_semaphore(void) { semaphore = shared(); sem_init(semaphore, 1, 0); }
static void wait_semaphore(void) { struct timespec when = soon(); if (timed) sem_timedwait(semaphore, &when); else sem_wait(semaphore); }
static void post_semaphore(void) { sem_post(semaphore); }
static void open_semaphore(void) { semaphore = sem_open("/s", O_CREAT, 0600, 0); sem_unlink("/s"); }
static void make_mutex(void)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(mutex = shared(), &kind);
}
static void lock_mutex(void) { pthread_mutex_lock(mutex); }
static void unlock_mutex(void) { pthread_mutex_unlock(mutex); }
static void relock_mutex(void)
{
    struct timespec when = soon();
    if (timed)
        pthread_mutex_timedlock(mutex, &when);
    else
        pthread_mutex_lock(mutex);
}

static void *posts_later(void *unused) { sleep(1); sem_post(semaphore); return unused; }
static void wait_among_threads(void)
{
    static sem_t own;
    pthread_t helper;
    sem_init(semaphore = &own, 0, 0);
    if (helped)
        pthread_create(&helper, NULL, posts_later, NULL);
    wait_semaphore();
}

static void make_sysv_semaphore(void) { id = semget(IPC_PRIVATE, 1, 0600); semctl(id, 0, SETVAL, 1); }
static void remove_semaphore(void) { semctl(id, 0, IPC_RMID); }
static void take_sysv(void) { struct sembuf down = {0, -1, 0}; semop(id, &down, 1); }
static void take_sysv_again(void)
{
    struct sembuf down = {0, -1, 0};
    semtimedop(id, &down, 1, timed ? &second : NULL);
}
static void give_sysv(void) { struct sembuf up = {0, 1, 0}; semop(id, &up, 1); }

/* Locks on files. */
static void make_file(void) { close(open("lock", O_CREAT | O_RDWR, 0600)); }
static void hold_flock(void) { id = open("lock", O_RDWR); flock(id, LOCK_EX); }
static void take_flock(void) { flock(open("lock", O_RDWR), LOCK_EX); }
static void release_flock(void) { flock(id, LOCK_UN); }
static void record(int fd, int command, int type) { struct flock lock = {.l_type = type, .l_whence = SEEK_SET}; fcntl(fd, command, &lock); }
static void hold_record(void) { id = open("lock", O_RDWR); record(id, F_SETLK, F_WRLCK); }
static void take_record(void) { record(open("lock", O_RDWR), F_SETLKW, F_WRLCK); }
static void release_record(void) { record(id, F_SETLK, F_UNLCK); }
static void hold_ofd(void) { id = open("lock", O_RDWR); record(id, F_OFD_SETLK, F_WRLCK); }
static void take_ofd(void) { record(open("lock", O_RDWR), F_OFD_SETLKW, F_WRLCK); }
static void release_ofd(void) { record(id, F_OFD_SETLK, F_UNLCK); }

/* Message queues. */
static void make_queue(void)
{
    struct mq_attr size = {.mq_maxmsg = 1, .mq_msgsize = 8};
    queue = mq_open("/q", O_CREAT | O_RDWR, 0600, &size);
    mq_unlink("/q");
}
static void make_full_queue(void) { make_queue(); mq_send(queue, "x", 1, 0); }
static void receive_queue(void) { struct timespec when = soon(); if (timed) mq_timedreceive(queue, block, 8, NULL, &when); else mq_receive(queue, block, 8, NULL); }
static void send_queue(void) { struct timespec when = soon(); if (timed) mq_timedsend(queue, "x", 1, 0, &when); else mq_send(queue, "x", 1, 0); }
static void make_sysv_queue(void) { id = msgget(IPC_PRIVATE, 0600); }
static void make_full_sysv_queue(void) { make_sysv_queue(); while (msgsnd(id, &message, sizeof message.text, IPC_NOWAIT) == 0); }
static void remove_queue(void) { msgctl(id, IPC_RMID, NULL); }
static void receive_sysv(void) { msgrcv(id, &message, sizeof message.text, 0, 0); }
static void send_sysv(void) { msgsnd(id, &message, sizeof message.text, 0); }

/* Children and signals. */
static void wait_sibling(void)
{
    pid_t sleeper = fork();
    if (sleeper == 0) {
        if (helped)
            sleep(1);
        else
            pause();
        _exit(0);
    }
    waitpid(sleeper, NULL, 0);
}
static void waits_for_signal(void) { pause(); }
static void suspends(void)
{
    sigset_t all;
    signal(SIGUSR1, quietly);
    sigfillset(&all);
    sigdelset(&all, SIGALRM);
    if (helped)
        sigdelset(&all, SIGUSR1);
    if (handled)
        sigdelset(&all, SIGTERM);
    sigsuspend(&all);
}
static void awaits(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (timed)
        sigtimedwait(&set, NULL, &second);
    else
        sigwaitinfo(&set, NULL);
}
static void sends_child(void) { kill(waiter, SIGCHLD); }

/* Any of several. */
static int limit(void) { return timed ? 1000 : -1; }
static void polls(void) { struct pollfd one = {ends[0], POLLIN, 0}; close(ends[1]); poll(&one, 1, limit()); }
static void selects(void)
{
    struct timeval when = {1, 0};
    fd_set set;
    close(ends[1]);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    select(ends[0] + 1, &set, NULL, NULL, timed ? &when : NULL);
}
static void add(int set, int fd, unsigned events)
{
    struct epoll_event one = {.events = events, .data.fd = fd};
    epoll_ctl(set, EPOLL_CTL_ADD, fd, &one);
}
static void epolls(void)
{
    struct epoll_event one;
    int set = epoll_create1(0);
    close(ends[1]);
    add(set, ends[0], EPOLLIN);
    epoll_wait(set, &one, 1, limit());
}
static void epolls_empty(void)
{
    struct epoll_event one;
    epoll_wait(epoll_create1(0), &one, 1, limit());
}
static void epolls_what_is_closed(void)
{
    struct epoll_event one;
    int set = epoll_create1(0);
    add(set, ends[0], EPOLLIN);
    close(ends[0]);
    close(ends[1]);
    epoll_wait(set, &one, 1, limit());
}
static void epolls_a_set(void)
{
    struct epoll_event one;
    int inner = epoll_create1(0), set = epoll_create1(0);
    close(ends[1]);
    add(inner, ends[0], EPOLLIN);
    add(set, inner, EPOLLIN);
    epoll_wait(set, &one, 1, limit());
}
static void epolls_several(void)
{
    struct epoll_event one;
    int set = epoll_create1(0);
    close(ends[1]);
    add(set, ends[0], EPOLLIN | EPOLLET);
    add(set, eventfd(0, 0), EPOLLIN | EPOLLONESHOT);
    epoll_wait(set, &one, 1, limit());
}
static void epolls_timer(void)
{
    struct itimerspec when = {{0, 0}, {1, 0}};
    struct epoll_event one;
    int set = epoll_create1(0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    if (timed)
        timerfd_settime(timer, 0, &when, NULL);
    add(set, timer, EPOLLIN);
    epoll_wait(set, &one, 1, -1);
}
static void make_eventfd(void) { ends[0] = ends[1] = eventfd(0, 0); }
static void read_eventfd(void) { unsigned long long count; read(ends[0], &count, sizeof count); }
static void write_eventfd(void) { unsigned long long one = 1; write(ends[0], &one, sizeof one); }
static void read_signalfd(void)
{
    struct signalfd_siginfo info;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, id == 2 ? SIGTERM : SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    read(signalfd(-1, &set, 0), &info, sizeof info);
}
static void of_sigterm(void) { id = 2; }
static void read_timerfd(void)
{
    unsigned long long count;
    struct itimerspec when = {{0, 0}, {1, 0}};
    int timer = timerfd_create(CLOCK_MONOTONIC, 0);
    if (timed)
        timerfd_settime(timer, 0, &when, NULL);
    read(timer, &count, sizeof count);
}

/* make: P0, first; hold: by whoever helps, or by P0; wait: the child; help: ends the wait; clean: P0, in the end. */
static const struct kind {
    const char *name;
    void (*make)(void), (*hold)(void), (*wait)(void), (*help)(void), (*clean)(void);
} kinds[] = {
    {"pipe", make_pipe, nothing, read_end, fill_one, nothing},
    {"full-pipe", make_full_pipe, nothing, write_end, drain, nothing},
    {"fifo-open", make_fifo, nothing, open_reading, open_writing, nothing},
    {"fifo-read", make_fifo, nothing, read_fifo, write_fifo, nothing},
    {"socket", make_sockets, nothing, receives, fill_one, nothing},
    {"full-socket", make_full_sockets, nothing, write_end, drain_all, nothing},
    {"datagram", make_datagrams, nothing, receives, fill_one, nothing},
    {"futex", nothing, nothing, wait_among_threads, nothing, nothing},
    {"mutex", make_mutex, lock_mutex, relock_mutex, unlock_mutex, nothing},
    {"semaphore", make_semaphore, nothing, wait_semaphore, post_semaphore, nothing},
    {"named-semaphore", open_semaphore, nothing, wait_semaphore, post_semaphore, nothing},
    {"sysv-semaphore", make_sysv_semaphore, take_sysv, take_sysv_again, give_sysv, remove_semaphore},
    {"child", nothing, nothing, wait_sibling, nothing, nothing},
    {"pause", nothing, nothing, waits_for_signal, wakes, nothing},
    {"sigsuspend", nothing, nothing, suspends, wakes, nothing},
    {"sigwait", nothing, nothing, awaits, sends_child, nothing},
    {"flock", make_file, hold_flock, take_flock, release_flock, nothing},
    {"record-lock", make_file, hold_record, take_record, release_record, nothing},
    {"ofd-lock", make_file, hold_ofd, take_ofd, release_ofd, nothing},
    {"queue", make_queue, nothing, receive_queue, send_queue, nothing},
    {"full-queue", make_full_queue, nothing, send_queue, receive_queue, nothing},
    {"sysv-queue", make_sysv_queue, nothing, receive_sysv, send_sysv, remove_queue},
    {"full-sysv-queue", make_full_sysv_queue, nothing, send_sysv, receive_sysv, remove_queue},
    {"poll", make_pipe, nothing, polls, fill_one, nothing},
    {"select", make_pipe, nothing, selects, fill_one, nothing},
    {"epoll", make_pipe, nothing, epolls, fill_one, nothing},
    {"epoll-empty", nothing, nothing, epolls_empty, nothing, nothing},
    {"epoll-closed", make_pipe, nothing, epolls_what_is_closed, nothing, nothing},
    {"epoll-of-epoll", make_pipe, nothing, epolls_a_set, fill_one, nothing},
    {"epoll-several", make_pipe, nothing, epolls_several, fill_one, nothing},
    {"epoll-timerfd", nothing, nothing, epolls_timer, nothing, nothing},
    {"eventfd", make_eventfd, nothing, read_eventfd, write_eventfd, nothing},
    {"signalfd", nothing, nothing, read_signalfd, sends_child, nothing},
    {"signalfd-sigterm", of_sigterm, nothing, read_signalfd, nothing, nothing},
    {"timerfd", nothing, nothing, read_timerfd, nothing, nothing},
};

int main(int count, char **arguments)
{
    const struct kind *kind = kinds;
    const char *mode = count > 2 ? arguments[2] : "stuck";
    int told[2];
    pid_t helper = -1;

    while (strcmp(kind->name, arguments[1]) != 0)
        kind++;
    timed = strcmp(mode, "timeout") == 0;
    helped = strcmp(mode, "other") == 0;
    handled = strcmp(mode, "handler") == 0;
    kind->make();
    pipe2(told, O_CLOEXEC);
    if (helped && (helper = fork()) == 0) {
        close(told[1]);
        kind->hold();
        read(told[0], &waiter, sizeof waiter);
        sleep(1);
        kind->help();
        _exit(0);
    }
    if (helped)
        sleep(1);
    else
        kind->hold();
    if ((waiter = fork()) == 0) {
        close(told[0]);
        close(told[1]);
        if (strcmp(mode, "alarm") == 0) {
            signal(SIGALRM, leaves);
            alarm(5);
        }
        if (handled)
            signal(SIGTERM, leaves);
        kind->wait();
        _exit(0);
    }
    write(told[1], &waiter, sizeof waiter);
    close(told[0]);
    close(told[1]);
    while (wait(NULL) > 0);
    kind->clean();
    return 0;
}
