/* partial HOW: P1 and P2 wait for each other's first byte. P0 sleeps in sigsuspend until SIGTERM comes (waits), ends at once
   (ends), or ends them after a second (kills). */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void quietly(int number) { (void)number; }

static pid_t child(int from, int to, int other_from, int other_to)
{
    char byte = 0;
    pid_t pid = fork();
    if (pid)
        return pid;
    close(other_from);
    close(other_to);
    if (read(from, &byte, 1) == 1)
        write(to, &byte, 1);
    _exit(0);
}

int main(int count, char **arguments)
{
    const char *how = count > 1 ? arguments[1] : "waits";
    int there[2], back[2];
    pid_t first, second;
    sigset_t none;

    if (pipe(there) < 0 || pipe(back) < 0)
        return 1;
    first = child(there[0], back[1], there[1], back[0]);
    second = child(back[0], there[1], back[1], there[0]);
    close(there[0]), close(there[1]), close(back[0]), close(back[1]);
    if (strcmp(how, "waits") == 0) {
        signal(SIGTERM, quietly);
        sigemptyset(&none);
        sigsuspend(&none);
    }
    if (strcmp(how, "ends") == 0)
        return 0;
    sleep(1);
    kill(first, SIGKILL);
    kill(second, SIGKILL);
    while (wait(NULL) > 0);
    return 0;
}
