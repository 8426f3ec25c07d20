# Correct twin. Source: CWE-367, CERT FIO45-C; open(2), O_APPEND: no question first; every child opens for appending,
# the kernel creates the file once and appends each line as one write.
import os
import sys

NAMES = ["anna", "bert"]


def register(name):
    with open("registry", "a") as file:
        file.write(name + "\n")
    os._exit(0)


def main():
    for name in NAMES:
        if os.fork() == 0:
            register(name)
    bad = 0
    for _ in NAMES:
        _, status = os.wait()
        bad |= status
    with open("registry") as file:
        lines = sorted(file.read().split())
    os.unlink("registry")
    return int(bad != 0 or lines != NAMES)


sys.exit(main())
