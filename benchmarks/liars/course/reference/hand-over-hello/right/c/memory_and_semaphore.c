/* Right: memory that both have mapped, and a semaphore in it which says that the word is there. */

#include <semaphore.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct board {
    sem_t written;
    char word[6];
};

int main(void)
{
    struct board *board = mmap(NULL, sizeof *board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (board == MAP_FAILED || sem_init(&board->written, 1, 0) < 0)
        return 1;
    if (fork() == 0) {
        strcpy(board->word, "hello");
        _exit(sem_post(&board->written) != 0);
    }
    while (sem_wait(&board->written) < 0)
        ;
    puts(board->word);
    fflush(stdout);
    wait(NULL);
    return 0;
}
