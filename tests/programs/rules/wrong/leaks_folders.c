/* Looks into a folder again and again, and never closes it. */
#include <dirent.h>
#include <unistd.h>

int main(void)
{
    for (int each = 0; each < 12; each++) {
        DIR *folder = opendir("/tmp");
        while (readdir(folder))
            ;
    }
    return 0;
}
