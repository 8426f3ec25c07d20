/* SIGKILL to oneself: the call never returns. */
#include <signal.h>
#include <unistd.h>

int main(void) {
    kill(getpid(), SIGKILL);
    return 1;
}
