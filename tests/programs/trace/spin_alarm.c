/* Spins until an alarm has rung. */
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t rang;

static void handler(int number) {
    (void)number;
    rang = 1;
}

int main(void) {
    signal(SIGALRM, handler);
    alarm(3);
    while (!rang)
        ;
    return 0;
}
