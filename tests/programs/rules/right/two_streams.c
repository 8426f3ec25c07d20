/* A socket with a stream for each direction, one of them on a copy of the descriptor; both are closed once. */
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    int pair[2];
    char text[32];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
        return 1;
    if (fork() == 0) {
        close(pair[0]);
        FILE *in = fdopen(dup(pair[1]), "r"), *out = fdopen(pair[1], "w");
        while (fgets(text, sizeof text, in))
            fprintf(out, "> %s", text);
        fclose(out);
        fclose(in);
        _exit(0);
    }
    close(pair[1]);
    FILE *out = fdopen(dup(pair[0]), "w"), *in = fdopen(pair[0], "r");
    fputs("one\ntwo\n", out);
    fclose(out);
    shutdown(pair[0], SHUT_WR);
    while (fgets(text, sizeof text, in))
        fputs(text, stdout);
    fclose(in);
    wait(NULL);
    return 0;
}
