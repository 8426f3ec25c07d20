"""Makes shared memory and then a child, and removes the memory whatever happens."""

import mmap
import os

import posix_ipc

memory = posix_ipc.SharedMemory("/numbers", posix_ipc.O_CREX, size=4096)
try:
    with mmap.mmap(memory.fd, 4096) as numbers:
        child = os.fork()
        if child == 0:
            numbers[0] = 1
            os._exit(0)
        os.waitpid(child, 0)
        print(numbers[0], flush=True)
finally:
    posix_ipc.unlink_shared_memory("/numbers")
