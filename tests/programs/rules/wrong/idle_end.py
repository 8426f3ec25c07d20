"""The parent keeps the write end to the end of its life."""

import os

read, write = os.pipe()
if os.fork() == 0:
    os.close(read)
    os.write(write, b"hello\n")
    os._exit(0)
print(os.read(read, 100))
os.wait()
