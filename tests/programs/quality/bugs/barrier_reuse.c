/* Source: Little Book of Semaphores, 3.7 "Reusable barrier" (the non-solution: a barrier with one turnstile, reused).
   BUG: the last one to arrive posts one token for each; a fast process that comes round again takes a token meant
   for a process that has not gone through yet.
   Order: the last to arrive posts 3 tokens and is preempted before its own wait; another goes through, starts round 2,
   arrives again and takes the third token: it leaves barrier 2 while the first is still in barrier 1 (exit 1). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 3, ROUNDS = 2, MUTEX = 0, IN = 1, OUT = 2 };
static int sems, phases, *arrived;

static void op(int which, int by) {
    struct sembuf s = {.sem_num = which, .sem_op = by};
    while (semop(sems, &s, 1) < 0)
        if (errno != EINTR)
            _exit(2);
}

static void barrier(void) {
    op(MUTEX, -1);
    if (++*arrived == N) {
        *arrived = 0;
        op(IN, N);
    }
    op(MUTEX, 1);
    op(IN, -1);
}

static void work(int me) {
    for (int round = 1; round <= ROUNDS; round++) {
        int seen[N] = {0};
        pwrite(phases, &round, sizeof round, me * sizeof round);
        barrier();
        if (pread(phases, seen, sizeof seen, 0) != sizeof seen)
            _exit(2);
        for (int i = 0; i < N; i++)
            if (seen[i] < round)
                _exit(1);
    }
    _exit(0);
}

int main(void) {
    int status, bad = 0, zero[N] = {0};
    pid_t pids[N], gone;
    arrived = mmap(NULL, sizeof *arrived, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sems = semget(IPC_PRIVATE, 3, 0600);
    phases = open("phases", O_RDWR | O_CREAT | O_TRUNC, 0600);
    pwrite(phases, zero, sizeof zero, 0);
    op(MUTEX, 1);
    for (int i = 0; i < N; i++)
        if ((pids[i] = fork()) == 0)
            work(i);
    while ((gone = wait(&status)) > 0)
        for (int i = 0; i < N; i++) {
            if (pids[i] == gone)
                pids[i] = 0;
            if (status && pids[i])
                bad = 1, kill(pids[i], SIGKILL); /* they may wait for the failed one */
        }
    bad |= status != 0;
    semctl(sems, 0, IPC_RMID);
    unlink("phases");
    return bad;
}
