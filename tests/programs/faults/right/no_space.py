"""Says saved only when all was written; a full file system ends it with an error."""

import os

import posix_ipc

memory = posix_ipc.SharedMemory("/table", posix_ipc.O_CREX)
posix_ipc.unlink_shared_memory("/table")
for part in (bytes(100), bytes(8000)):
    left = memoryview(part)
    while left:
        left = left[os.write(memory.fd, left) :]
print("saved", flush=True)
