/* A parent in vfork, whose child runs another program, under signals; and queues and semaphores of System V. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void handler(int number) {
    (void)number;
    handled++;
}

int main(void) {
    struct { long type; char text[1]; } message = {1, "m"};
    struct sembuf down = {0, -1, 0}, up = {0, 1, 0};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
    int status, told = 0, queue = msgget(IPC_PRIVATE, 0600), set = semget(IPC_PRIVATE, 1, 0600);
    sigaction(SIGUSR1, &action, NULL);
    pid_t parent = getpid(), sender = fork();
    if (sender == 0) {
        for (int i = 0; i < 3; i++)
            kill(parent, SIGUSR1);
        msgsnd(queue, &message, 1, 0);
        semop(set, &up, 1);
        _exit(0);
    }
    pid_t child = vfork();
    if (child == 0) {
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    while (msgrcv(queue, &message, 1, 0, 0) < 0)
        told += errno == EINTR ? 0 : 100;
    while (semop(set, &down, 1) < 0)
        told += errno == EINTR ? 0 : 100;
    told += waitpid(child, &status, 0) != child || status;
    told += waitpid(sender, &status, 0) != sender || status;
    msgctl(queue, IPC_RMID, NULL);
    semctl(set, 0, IPC_RMID);
    printf("%d %d\n", told, handled > 0);
    return 0;
}
