"""Writes on until all is written."""

import os

SIZE = 200_000

to_read, to_write = os.pipe()
back_read, back_write = os.pipe()
if os.fork() == 0:
    os.close(to_write)
    os.close(back_read)
    got = 0
    while got < SIZE and (data := os.read(to_read, SIZE)):
        got += len(data)
    os.write(back_write, b"k")
    os._exit(0)
os.close(to_read)
os.close(back_write)
left = memoryview(bytes(SIZE))
while left:
    left = left[os.write(to_write, left) :]
assert os.read(back_read, 1) == b"k"
os.wait()
