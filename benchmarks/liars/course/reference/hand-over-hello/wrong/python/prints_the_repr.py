"""Wrong: the parent prints bytes as Python writes them down."""

import os

read_end, write_end = os.pipe()
child = os.fork()
if child == 0:
    os.close(read_end)
    os.write(write_end, b"hello")
    os._exit(0)
os.close(write_end)
word = os.read(read_end, 5)
os.waitpid(child, 0)
print(word)
