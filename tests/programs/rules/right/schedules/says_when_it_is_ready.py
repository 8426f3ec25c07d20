"""The child says through a pipe that its handler is there; only then it gets its signal."""

import os
import signal
import sys
import time

heard, said = os.pipe()
child = os.fork()
if child == 0:
    os.close(heard)
    signal.signal(signal.SIGUSR1, lambda number, frame: os._exit(0))
    os.write(said, b".")
    while True:
        time.sleep(60)
os.close(said)
os.read(heard, 1)
os.kill(child, signal.SIGUSR1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
