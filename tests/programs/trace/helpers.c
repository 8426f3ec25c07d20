/* system(3), popen(3) in both directions, posix_spawn(3), and vfork(2) whose child fails to run a program. */
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void) {
    char line[64];
    int status = system("exit 3"), second, third;
    FILE *from = popen("echo said; exit 1", "r");
    fgets(line, sizeof line, from);
    int end = pclose(from);
    FILE *to = popen("cat", "w");
    fputs("written\n", to);
    pclose(to);
    char *words[] = {"sh", "-c", "exit 4", NULL};
    pid_t child;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addclose(&actions, 0);
    posix_spawn(&child, "/bin/sh", &actions, NULL, words, environ);
    waitpid(child, &second, 0);
    int absent = posix_spawn(&child, "/nowhere", NULL, NULL, words, environ);
    child = vfork();
    if (child == 0) {
        execl("/nowhere", "nowhere", (char *)0);
        _exit(5);
    }
    waitpid(child, &third, 0);
    printf("%d %s%d %d %d %d\n", status, line, end, second, absent, third);
    return 0;
}
