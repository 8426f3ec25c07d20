/* Never ends, and never asks the kernel for anything. */
int main(void)
{
    for (volatile unsigned turn = 0;; turn++)
        ;
}
