"""Wrong: the pipe's end tells that the child is done, and nobody asks how it ended."""

import os

read_end, write_end = os.pipe()
if os.fork() == 0:
    os.close(read_end)
    os.write(write_end, b"hello")
    os._exit(0)
os.close(write_end)
word = b"".join(iter(lambda: os.read(read_end, 16), b""))
print(word.decode())
