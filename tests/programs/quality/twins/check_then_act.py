"""Two workers take the job, which only one of them can."""

import os
import sys


def work() -> None:
    try:
        os.close(os.open("taken", os.O_WRONLY | os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    fd = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(fd, b"x")


for _ in range(2):
    if os.fork() == 0:
        work()
        os._exit(0)
for _ in range(2):
    os.wait()
sys.exit(os.stat("done").st_size != 1)
