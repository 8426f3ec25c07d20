/* Counts the children that ended in its handler, and sleeps in poll between two looks at the count. */
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void on_child(int number) {
    (void)number;
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ended++;
}

int main(void) {
    struct sigaction action = {.sa_handler = on_child, .sa_flags = SA_RESTART};
    sigaction(SIGCHLD, &action, NULL);
    for (int worker = 0; worker < 2; worker++)
        if (fork() == 0)
            _exit(0);
    while (ended < 2)
        poll(NULL, 0, -1);
    return 0;
}
