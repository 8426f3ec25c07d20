/* Calls with a stack that was never made by calls: unmapped, looping, and code that no file holds. */
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char text[] = "x";
static uint64_t loop[512];

/* A call of the kernel on a stack of the caller's choice: the line is that of the instruction itself. */
static void on_stack(uint64_t sp, uint64_t bp) {
    __asm__ volatile( /* at: write on stdout */
        "movq %%rsp, %%r12\n movq %%rbp, %%r13\n movq %0, %%rsp\n movq %1, %%rbp\n"
        "movl $1, %%edi\n movq %2, %%rsi\n movl $1, %%edx\n movl $1, %%eax\n syscall\n"
        "movq %%r12, %%rsp\n movq %%r13, %%rbp\n"
        : : "r"(sp), "r"(bp), "r"(text) : "rax", "rcx", "rdx", "rdi", "rsi", "r11", "r12", "r13", "memory");
}

int main(void) {
    for (int i = 0; i < 512; i++)
        loop[i] = (uint64_t)&loop[i];
    on_stack(0, 0);
    on_stack(8, UINT64_MAX);
    on_stack((uint64_t)loop, (uint64_t)loop);
    on_stack(UINT64_MAX - 4, (uint64_t)&loop[256]);
    /* mov $1,%eax; mov $2,%edi; syscall; ret */
    static const unsigned char code[] = {0xb8, 1, 0, 0, 0, 0xbf, 2, 0, 0, 0, 0x0f, 0x05, 0xc3};
    unsigned char *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memcpy(made, code, sizeof code);
    ((long (*)(int, const char *, long))made)(2, text, 1); /* nowhere: write on stderr */
    return 0;
}
