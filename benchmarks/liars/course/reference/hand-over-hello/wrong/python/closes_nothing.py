"""Wrong: both processes keep both ends of the pipe."""

import os

read_end, write_end = os.pipe()
child = os.fork()
if child == 0:
    os.write(write_end, b"hello")
    os._exit(0)
word = os.read(read_end, 5)
os.waitpid(child, 0)
print(word.decode())
