"""Two workers look whether the job is taken, and take it if not."""

import os
import sys


def work() -> None:
    if not os.path.exists("taken"):
        with open("taken", "w"):
            pass
        fd = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(fd, b"x")


for _ in range(2):
    if os.fork() == 0:
        work()
        os._exit(0)
for _ in range(2):
    os.wait()
sys.exit(os.stat("done").st_size != 1)
