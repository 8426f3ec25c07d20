/* A library's function as a handler: nothing in the submission has called it. */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

int main(void) {
    signal(SIGTERM, exit); /* at: rt_sigaction */
    kill(getpid(), SIGTERM); /* nowhere: exit_group */
    return 0;
}
