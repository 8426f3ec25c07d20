/* Right: a POSIX message queue whose name is removed as soon as both processes have it open. */

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    struct mq_attr size = {.mq_maxmsg = 1, .mq_msgsize = 8};
    char word[9] = "";
    mqd_t queue = mq_open("/hand-over-hello", O_RDWR | O_CREAT | O_EXCL, 0600, &size);

    if (queue < 0 || mq_unlink("/hand-over-hello") < 0)
        return 1;
    if (fork() == 0)
        _exit(mq_send(queue, "hello", 5, 0) != 0);
    if (mq_receive(queue, word, 8, NULL) != 5)
        return 1;
    wait(NULL);
    puts(word);
    return 0;
}
