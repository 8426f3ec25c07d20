/* Named like an interpreter, with its symbols, and with rubbish where threads and frames should be. */
#include <stdint.h>
#include <unistd.h>

const unsigned long Py_Version = 0x030c01f0;
uint64_t _PyRuntime[512];
static uint64_t rubbish[512];

static void fill(uint64_t value) {
    for (int i = 0; i < 512; i++)
        rubbish[i] = value;
    write(1, "x", 1); /* nowhere: write on stdout */
}

int main(void) {
    uint64_t self;
    __asm__("movq %%fs:0, %0" : "=r"(self));
    for (int i = 0; i < 512; i++)
        _PyRuntime[i] = (uint64_t)rubbish;
    fill((uint64_t)rubbish);
    fill(0);
    fill(UINT64_MAX);
    fill(self);
    fill((uint64_t)main);
    /* A thread of our own, whose frame is its own caller and whose code is everything at once. */
    for (int i = 0; i < 512; i++)
        rubbish[i] = (uint64_t)rubbish;
    rubbish[136 / 8] = self;
    write(1, "y", 1);
    rubbish[70 / 8] = 0;
    write(1, "z", 1);
    return 0;
}
