"""Right: memory that both have mapped; the parent looks into it when the child has ended, and not before."""

import mmap
import os

board = mmap.mmap(-1, 16)
child = os.fork()
if child == 0:
    board[:5] = b"hello"
    os._exit(0)
os.waitpid(child, 0)
print(board[:5].decode())
