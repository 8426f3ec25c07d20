/* Peterson's lock in shared memory, with fences; who has to wait gives up the processor. */
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    atomic_int wants[2], turn;
    int count;
};

static void add(struct board *board, int me)
{
    for (int each = 0; each < 30; each++) {
        atomic_store(&board->wants[me], 1);
        atomic_store(&board->turn, 1 - me);
        while (atomic_load(&board->wants[1 - me]) && atomic_load(&board->turn) == 1 - me)
            sched_yield();
        board->count++;
        if (each == 3)
            usleep(1000);
        atomic_store(&board->wants[me], 0);
    }
}

int main(void)
{
    struct board *board = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (fork() == 0) {
        add(board, 1);
        _exit(0);
    }
    add(board, 0);
    wait(NULL);
    printf("%d\n", board->count);
    return 0;
}
