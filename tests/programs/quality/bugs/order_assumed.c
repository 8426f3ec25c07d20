/* Two children write to one pipe, and the parent takes for granted that the one born first writes first. */
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
    if (fork() == 0)
        child(ends[1], "later");
    while (wait(NULL) > 0)
        continue;
    read(ends[0], text, 10);
    return strcmp(text, "firstlater") != 0;
}
