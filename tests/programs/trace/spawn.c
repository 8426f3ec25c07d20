/* posix_spawn of a program, and of one that does not exist. */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char **environ;

int main(void) {
    char *argv[] = {"false", NULL};
    pid_t child;
    int status = 0;
    if (posix_spawn(&child, "/bin/false", NULL, NULL, argv, environ))
        return 2;
    waitpid(child, &status, 0);
    int missing = posix_spawn(&child, "/nowhere/false", NULL, NULL, argv, environ);
    printf("%d %d\n", WEXITSTATUS(status), missing == ENOENT);
    return 0;
}
