"""A barrier of pipes, used twice: each takes its leave from a pipe of its own."""

import os
import sys

WORKERS, ROUNDS = 2, 2
arrive, leaves = os.pipe(), [os.pipe() for _ in range(WORKERS)]
places = os.open("places", os.O_RDWR | os.O_CREAT)
os.pwrite(places, bytes(WORKERS), 0)


def keep(*ends: int) -> None:
    for end in (end for pipe in (arrive, *leaves) for end in pipe if end not in ends):
        os.close(end)


def work(worker: int) -> None:
    keep(arrive[1], leaves[worker][0])
    for round_ in range(1, ROUNDS + 1):
        os.pwrite(places, bytes([round_]), worker)
        os.write(arrive[1], b"a")
        os.read(leaves[worker][0], 1)
        if min(os.pread(places, WORKERS, 0)) < round_:
            os._exit(1)
    os._exit(0)


for worker in range(WORKERS):
    if os.fork() == 0:
        work(worker)
keep(arrive[0], *(leave[1] for leave in leaves))
for _ in range(ROUNDS):
    for _ in range(WORKERS):
        os.read(arrive[0], 1)
    for leave in leaves:
        os.write(leave[1], b"l")
sys.exit(max(os.wait()[1] for _ in range(WORKERS)) != 0)
