/* Two children write to one pipe; the second is born when the first has ended. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(const int *ends, const char *word) {
    close(ends[0]);
    write(ends[1], word, 5);
    _exit(0);
}

int main(void) {
    char text[11] = "";
    int ends[2];
    if (pipe(ends) < 0)
        return 2;
    if (fork() == 0)
        child(ends, "first");
    wait(NULL);
    if (fork() == 0)
        child(ends, "later");
    close(ends[1]);
    wait(NULL);
    read(ends[0], text, 10);
    return strcmp(text, "firstlater") != 0;
}
