/* Correct twin. Source: msgrcv(2) / TLPI 46.2.2: msgtyp 0 takes messages in the order sent; the end mark is sent
   after the producer has ended, so it is the last one in the queue. */
#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONTROL = 1, DATA = 2, COUNT = 3 };
struct message {
    long type;
    int value;
};

static void give(int queue, long type, int value) {
    struct message m = {type, value};
    while (msgsnd(queue, &m, sizeof m.value, 0) < 0)
        if (errno != EINTR)
            _exit(2);
}

static void producer(int queue) {
    int journal = open("journal", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    for (int i = 1; i <= COUNT; i++) {
        give(queue, DATA, i);
        if (write(journal, &i, sizeof i) != sizeof i)
            _exit(2);
        fsync(journal);
    }
    _exit(0);
}

static void reader(int queue) {
    struct message m;
    int sum = 0;
    for (;;) {
        ssize_t got = msgrcv(queue, &m, sizeof m.value, 0, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got != sizeof m.value)
            _exit(2);
        if (m.type == CONTROL)
            _exit(sum != COUNT * (COUNT + 1) / 2);
        sum += m.value;
    }
}

int main(void) {
    int status, bad = 0, queue = msgget(IPC_PRIVATE, 0600);
    pid_t child;
    if (queue < 0)
        return 2;
    if (fork() == 0)
        reader(queue);
    if ((child = fork()) == 0)
        producer(queue);
    waitpid(child, &status, 0);
    bad |= status;
    give(queue, CONTROL, 0);
    wait(&status);
    bad |= status;
    msgctl(queue, IPC_RMID, NULL);
    unlink("journal");
    return bad != 0;
}
