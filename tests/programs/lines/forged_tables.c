/* Tables of lines with rubbish behind them, and a file that has no business in a report. */
#include <unistd.h>

__asm__(".pushsection .debug_line,\"\",@progbits\n .fill 5000, 1, 0xa7\n .popsection");
__asm__(".pushsection .debug_info,\"\",@progbits\n .fill 5000, 1, 0x81\n .popsection");

int main(void) {
    write(1, "x", 1); /* nowhere: write on stdout */
    return 0;
}
