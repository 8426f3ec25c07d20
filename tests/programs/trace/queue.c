/* A POSIX queue: a message goes to the child; the empty queue is asked; a receive with a time limit, and one without waiting, give up. */
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(void) {
    struct mq_attr shape = {0, 2, 16, 0};
    struct timespec until;
    char text[16];
    mqd_t queue = mq_open("/letters", O_CREAT | O_RDWR, 0600, &shape);
    if (fork() == 0) {
        int size = mq_receive(queue, text, sizeof text, NULL);
        _exit(size == 5 ? 0 : 1);
    }
    mq_send(queue, "hello", 5, 1);
    int status;
    wait(&status);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += 3;
    int late = mq_timedreceive(queue, text, sizeof text, NULL, &until);
    printf("%d %d %d\n", status, late, errno == ETIMEDOUT);
    struct mq_attr now, at_once = {O_NONBLOCK, 0, 0, 0};
    mq_getattr(queue, &now);
    mq_setattr(queue, &at_once, NULL);
    if (now.mq_curmsgs != 0 || mq_receive(queue, text, sizeof text, NULL) >= 0 || errno != EAGAIN)
        return 1;
    mq_unlink("/letters");
    return 0;
}
