/* Source: Little Book of Semaphores, 4.4 "Dining philosophers" (non-solution); CWE-833; Lu et al. ASPLOS 2008,
   deadlock by circular order of resources. Forks are eventfd semaphores.
   BUG: all four take fork i, then fork i + 1 (mod 4).
   Order: each of the first three is preempted right after its first fork, then the fourth takes its first fork:
   every fork is held, all wait for ever (three ordered preemptions). */
#include <fcntl.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { N = 4 };
static int forks[N];

static void take(int fork_number) {
    uint64_t one;
    if (read(forks[fork_number], &one, sizeof one) != sizeof one)
        _exit(2);
}

static void put(int fork_number) {
    uint64_t one = 1;
    if (write(forks[fork_number], &one, sizeof one) != sizeof one)
        _exit(2);
}

static void philosopher(int me, int table) {
    int first = me, second = (me + 1) % N;
    take(first);
    take(second);
    if (write(table, "m", 1) != 1)
        _exit(2);
    put(second);
    put(first);
    _exit(0);
}

int main(void) {
    int status, bad = 0, table = open("meals", O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
    struct stat meals = {0};
    for (int i = 0; i < N; i++)
        if ((forks[i] = eventfd(1, EFD_SEMAPHORE)) < 0)
            return 2;
    for (int i = 0; i < N; i++)
        if (fork() == 0)
            philosopher(i, table);
    while (wait(&status) > 0)
        bad |= status;
    fstat(table, &meals);
    unlink("meals");
    return bad || meals.st_size != N;
}
