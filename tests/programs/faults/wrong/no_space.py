"""Does not look how much of it the shared memory took, and says that all is saved."""

import os

import posix_ipc

memory = posix_ipc.SharedMemory("/table", posix_ipc.O_CREX)
posix_ipc.unlink_shared_memory("/table")
try:
    os.write(memory.fd, bytes(100))
    os.write(memory.fd, bytes(8000))
except OSError:
    pass
print("saved", flush=True)
