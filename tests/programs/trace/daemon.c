/* A daemon outlives the root: it sleeps, then writes (argument "beats": it never ends). */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argv;
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            do
                sleep(60);
            while (argc > 1);
            write(1, "late\n", 5);
            _exit(0);
        }
        _exit(0);
    }
    return 0;
}
