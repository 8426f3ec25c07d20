/* Closes the descriptor of a stream, then the stream. */
#include <stdio.h>
#include <unistd.h>

int main(void)
{
    FILE *out = fopen("report", "w");
    fputs("hello\n", out);
    fflush(out);
    close(fileno(out));
    fclose(out);
    unlink("report");
    return 0;
}
