/* A 32-bit system call: the tracer could not read it, so it is deadly. */
int main(void) {
    __asm__ volatile("int $0x80" : : "a"(20));
    return 0;
}
