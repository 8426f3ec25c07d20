"""Four philosophers take two forks each, but at most three sit at the table at a time; a fork is a byte in a pipe."""

import os
import sys

PLACES = 4


def dine(left: tuple[int, int], right: tuple[int, int]) -> None:
    os.read(chairs[0], 1)
    for fork in (left, right):
        os.read(fork[0], 1)
    for fork in (left, right):
        os.write(fork[1], b"f")
    os.write(chairs[1], b"c")
    os._exit(0)


forks = [os.pipe() for _ in range(PLACES)]
for _, end in forks:
    os.write(end, b"f")
chairs = os.pipe()
os.write(chairs[1], b"c" * (PLACES - 1))
for place in range(PLACES):
    if os.fork() == 0:
        dine(forks[place], forks[(place + 1) % PLACES])
sys.exit(max(os.wait()[1] for _ in range(PLACES)) != 0)
