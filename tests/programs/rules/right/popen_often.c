/* popen and pclose, twelve times, and system in between. */
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    for (int each = 0; each < 12; each++) {
        char text[16];
        FILE *echo = popen("echo hello", "r");
        if (!echo || !fgets(text, sizeof text, echo))
            return 1;
        pclose(echo);
    }
    return system("true");
}
