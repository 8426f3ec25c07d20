"""More than a pipe holds is given to os.write again and again, until all is written."""

import os
import sys

DATA = bytes(150_000)

out, into = os.pipe()
child = os.fork()
if child == 0:
    os.close(into)
    total = 0
    while piece := os.read(out, 65536):
        total += len(piece)
    os._exit(total != len(DATA))
os.close(out)
left = memoryview(DATA)
while left:
    left = left[os.write(into, left) :]
os.close(into)
_, status = os.waitpid(child, 0)
sys.exit(status != 0)
