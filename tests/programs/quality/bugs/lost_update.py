"""Two workers read a number from a file, add one, and write it back."""

import os
import sys


def work() -> None:
    with open("number", "r+") as file:
        number = int(file.read())
        file.seek(0)
        file.write(str(number + 1))
    os._exit(0)


with open("number", "w") as first:
    first.write("0")
for _ in range(2):
    if os.fork() == 0:
        work()
for _ in range(2):
    os.wait()
with open("number") as last:
    sys.exit(last.read() != "2")
