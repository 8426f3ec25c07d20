/* Signals that a program sends to itself, its thread and its parent: blocked, queued, waited for; and a child's SIGCHLD. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t children;

static void child_ended(int number) {
    (void)number;
    children++;
}

int main(void) {
    sigset_t all, open;
    siginfo_t info;
    struct sigaction action = {0};
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &open);
    action.sa_handler = child_ended;
    action.sa_flags = SA_NOCLDSTOP | SA_RESTART;
    sigaddset(&action.sa_mask, SIGTERM);
    sigaction(SIGCHLD, &action, NULL);
    signal(SIGHUP, SIG_IGN);
    raise(SIGHUP);
    union sigval value = {7};
    sigqueue(getpid(), SIGRTMIN + 1, value);
    sigqueue(getpid(), SIGRTMIN + 1, value);
    kill(getpid(), SIGUSR1);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR2);
    sigset_t some;
    sigemptyset(&some);
    sigaddset(&some, SIGRTMIN + 1);
    int one = sigwaitinfo(&some, &info), two = sigwaitinfo(&some, &info);
    struct timespec none = {0, 0};
    int three = sigtimedwait(&some, &info, &none);
    sigaddset(&some, SIGUSR1);
    sigaddset(&some, SIGUSR2);
    int fd = signalfd(-1, &some, SFD_CLOEXEC | SFD_NONBLOCK);
    struct signalfd_siginfo found[4];
    int got = read(fd, found, sizeof found) / sizeof found[0], nothing = read(fd, found, sizeof found);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGTERM, SIG_DFL);
        sigprocmask(SIG_SETMASK, &open, NULL);
        pause();
    }
    kill(child, 0);
    kill(child, SIGTERM);
    sigsuspend(&open);
    int status;
    waitpid(child, &status, 0);
    printf("%d %d %d %d %d %d %d\n", one == two, three, got, nothing, children, WIFSIGNALED(status), WTERMSIG(status));
    return 0;
}
