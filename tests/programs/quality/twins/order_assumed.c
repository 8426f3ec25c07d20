/* Two children write to one pipe; the second is born when the first has ended. */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void child(int out, const char *word) {
    write(out, word, 5);
    _exit(0);
}

int main(void) {
    char text[11] = "";
    int ends[2];
    if (pipe(ends) < 0)
        return 2;
    if (fork() == 0)
        child(ends[1], "first");
    wait(NULL);
    if (fork() == 0)
        child(ends[1], "later");
    wait(NULL);
    read(ends[0], text, 10);
    return strcmp(text, "firstlater") != 0;
}
