"""A pidfd for each child, and none is ever closed."""

import os
import select

for _ in range(12):
    child = os.fork()
    if child == 0:
        os._exit(0)
    handle = os.pidfd_open(child)
    select.select([handle], [], [])
    os.waitpid(child, 0)
os._exit(0)
