/* Runs itself with one argument less until none is left; a descriptor marked close-on-exec is gone at once. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
    if (argc == 1)
        return fcntl(9, F_GETFD) == -1 ? 0 : 1;
    if (argc == 4) {
        dup2(0, 9);
        fcntl(9, F_SETFD, FD_CLOEXEC);
    }
    argv[argc - 1] = NULL;
    execv(argv[0], argv);
    return 2;
}
