"""Four philosophers take the fork on their left, then the one on their right; a fork is a byte in a pipe."""

import os
import sys

PLACES = 4


def dine(left: tuple[int, int], right: tuple[int, int]) -> None:
    for fork in (left, right):
        os.read(fork[0], 1)
    for fork in (left, right):
        os.write(fork[1], b"f")
    os._exit(0)


forks = [os.pipe() for _ in range(PLACES)]
for _, end in forks:
    os.write(end, b"f")
for place in range(PLACES):
    if os.fork() == 0:
        dine(forks[place], forks[(place + 1) % PLACES])
sys.exit(max(os.wait()[1] for _ in range(PLACES)) != 0)
