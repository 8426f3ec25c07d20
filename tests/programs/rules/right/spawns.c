/* posix_spawn with file actions; the descriptors of the program itself are close-on-exec. */
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(void)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return 1;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 3, "/dev/null", O_RDONLY, 0);
    char *words[] = {"echo", "spawned", NULL};
    pid_t child;
    if (posix_spawn(&child, "/bin/echo", &actions, NULL, words, environ) != 0)
        return 1;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    char text[64];
    ssize_t count;
    while ((count = read(ends[0], text, sizeof text)) > 0)
        write(1, text, (size_t)count);
    waitpid(child, NULL, 0);
    return 0;
}
