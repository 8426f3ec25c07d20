/* A handler's call is the handler's; the signal is where it interrupted. */
#include <signal.h>
#include <unistd.h>

static void on_signal(int number) {
    (void)number;
    write(1, "h", 1); /* at: write on stdout when -O0 -O1 */ /* nowhere: write on stdout when -O2 */
}

int main(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGUSR1, &action, NULL); /* at: rt_sigaction */
    raise(SIGUSR1); /* at: signal */
    return 0;
}
