// Two processes lock two files. Where a fork fails, the second one takes them in another order than the first: that ends well as long
// as they do not come between each other.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

static void both(const char *first, const char *second) {
    int one = open(first, O_RDWR), two = open(second, O_RDWR);
    flock(one, LOCK_EX);
    flock(two, LOCK_EX);
    flock(two, LOCK_UN);
    flock(one, LOCK_UN);
}

int main(void) {
    close(open("a", O_CREAT | O_RDWR, 0600));
    close(open("b", O_CREAT | O_RDWR, 0600));
    pid_t helper = fork();
    if (helper < 0) return 1;
    if (helper == 0) {
        pid_t child = fork();
        if (child == 0) _exit(0);
        if (child < 0)
            both("b", "a");
        else
            waitpid(child, NULL, 0);
        _exit(0);
    }
    both("a", "b");
    waitpid(helper, NULL, 0);
    return 0;
}
