"""Wrong: the child waits for the end of a pipe that it holds open itself, and the parent waits for the child."""

import os

read_end, write_end = os.pipe()
child = os.fork()
if child == 0:
    os.read(read_end, 1)
    os._exit(0)
os.waitpid(child, 0)
print("hello")
