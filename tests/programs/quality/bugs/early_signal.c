/* Source: TLPI 24.5 "Avoiding race conditions by synchronizing with signals" and APUE 10.16: a signal sent before the
   receiver has blocked or caught it takes its default action. Also an order assumed between two children.
   BUG: the listener blocks SIGUSR1 and sets its handler itself, after fork; the sender takes this for done.
   Order: the sender is forked, writes the report and sends SIGUSR1 before the listener's first sigprocmask:
   the listener is killed by the signal (exit 1). */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t told;

static void on_usr1(int sig) {
    (void)sig;
    told = 1;
}

static void listener(void) {
    struct sigaction act = {.sa_handler = on_usr1};
    sigset_t usr1, none;
    char text[8] = "";
    sigemptyset(&usr1);
    sigaddset(&usr1, SIGUSR1);
    sigprocmask(SIG_BLOCK, &usr1, NULL);
    sigaction(SIGUSR1, &act, NULL);
    sigemptyset(&none);
    while (!told)
        sigsuspend(&none);
    int fd = open("report", O_RDONLY);
    _exit(read(fd, text, 4) != 4 || strcmp(text, "done") != 0);
}

static void sender(pid_t to) {
    int fd = open("report.new", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (write(fd, "done", 4) != 4)
        _exit(1);
    fsync(fd);
    close(fd);
    if (rename("report.new", "report") < 0)
        _exit(1);
    _exit(kill(to, SIGUSR1) < 0);
}

int main(void) {
    int status, bad = 0;
    pid_t first = fork();
    if (first == 0)
        listener();
    if (fork() == 0)
        sender(first);
    while (wait(&status) > 0)
        bad |= status;
    unlink("report");
    return bad != 0;
}
