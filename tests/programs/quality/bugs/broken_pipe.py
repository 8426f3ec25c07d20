"""A worker leaves after the order to stop; who gives the orders has one more, and expects that somebody reads it."""

import os
import sys

out, into = os.pipe()
child = os.fork()
if child == 0:
    os.close(into)
    while os.read(out, 5) != b"stop\n":
        pass
    os._exit(0)
os.close(out)
for order in (b"work\n", b"stop\n", b"bye!\n"):
    os.write(into, order)
_, status = os.waitpid(child, 0)
sys.exit(status != 0)
