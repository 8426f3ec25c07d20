/* The library is left with a stack that leads nowhere, in a circle, or to an address that no call precedes. */
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t stack[4096];

/* Jumps to the library's write with `back` on top of a stack of our own; r12 brings us home from the signal of the crash. */
__attribute__((noinline)) static void jump(uint64_t back) {
    uint64_t *top = &stack[2048];
    for (int i = 0; i < 2048; i++)
        top[i] = back;
    if (fork() == 0)
        __asm__ volatile("movq %0, %%rsp\n movl $1, %%edi\n xorl %%esi, %%esi\n xorl %%edx, %%edx\n jmp *%1\n"
            : : "r"(top), "r"(write) : "rdi", "rsi", "rdx", "memory");
}

int main(void) {
    jump(0);
    jump(UINT64_MAX);
    jump((uint64_t)stack);
    jump((uint64_t)main + 1); /* nowhere: write on stdout */
    return 0;
}
