"""Takes for granted that os.write writes all: after a short write the reader waits for the rest in vain."""

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
os.write(to_write, bytes(SIZE))
assert os.read(back_read, 1) == b"k"
os.wait()
