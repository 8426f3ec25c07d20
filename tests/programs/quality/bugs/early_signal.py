"""The child may send its signal before the parent handles it."""

import os
import signal
import sys

seen = []
parent = os.getpid()
child = os.fork()
if child == 0:
    os.kill(parent, signal.SIGUSR1)
    os._exit(0)
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
os.waitpid(child, 0)
sys.exit(not seen)
