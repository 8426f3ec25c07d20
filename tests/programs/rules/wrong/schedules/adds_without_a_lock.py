"""Two workers add to a number in a file, each by reading and writing it."""

import os

file = os.open("total", os.O_RDWR | os.O_CREAT)
os.pwrite(file, b"0", 0)
for _ in range(2):
    if os.fork() == 0:
        number = int(os.pread(file, 10, 0))
        os.pwrite(file, b"%d" % (number + 1), 0)
        os._exit(0)
for _ in range(2):
    os.wait()
print("total", os.pread(file, 10, 0).decode())
