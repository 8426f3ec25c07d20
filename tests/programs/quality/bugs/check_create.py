# Source: CWE-367, CERT FIO45-C "Avoid TOCTOU race conditions while accessing files"; Python docs, os.access() note.
# BUG: "does the file exist?" is asked first, then it is opened with "w" (which empties it) or "a".
# Order: child A finds no file and is preempted before its open; child B finds none, writes its line, ends;
# A's open with "w" empties the file: B's line is lost (exit 1).
import os
import sys

NAMES = ["anna", "bert"]


def register(name):
    mode = "a" if os.path.exists("registry") else "w"
    with open("registry", mode) as file:
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
