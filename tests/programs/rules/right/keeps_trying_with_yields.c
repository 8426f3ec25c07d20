/* Asks for a lock that is there for the taking, many times; and for a message queue's next message with a limit. */
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
    struct mq_attr shape = {.mq_maxmsg = 4, .mq_msgsize = 8};
    mqd_t line = mq_open("/rules-line", O_CREAT | O_EXCL | O_RDWR, 0600, &shape);
    int lock = open("lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    mq_unlink("/rules-line");
    unlink("lock");
    for (int each = 0; each < 100; each++) {
        flock(lock, LOCK_EX | LOCK_NB);
        flock(lock, LOCK_UN);
    }
    if (fork() == 0) {
        sleep(1);
        mq_send(line, "x", 1, 0);
        _exit(0);
    }
    char text[8];
    for (;;) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += 5000000;
        if (until.tv_nsec >= 1000000000) {
            until.tv_sec++;
            until.tv_nsec -= 1000000000;
        }
        if (mq_timedreceive(line, text, sizeof text, NULL, &until) == 1)
            break;
    }
    wait(NULL);
    return 0;
}
