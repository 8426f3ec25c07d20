"""Two processes, two pipes, and each wants to read first."""

import os

a, b = os.pipe(), os.pipe()
if os.fork() == 0:
    os.close(a[1])
    os.close(b[0])
    os.read(a[0], 1)
    os.write(b[1], b"x")
    os._exit(0)
os.close(a[0])
os.close(b[1])
os.read(b[0], 1)
os.write(a[1], b"x")
os.wait()
