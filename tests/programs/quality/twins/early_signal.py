"""The handler is there before the child is."""

import os
import signal
import sys

seen = []
parent = os.getpid()
signal.signal(signal.SIGUSR1, lambda number, frame: seen.append(number))
child = os.fork()
if child == 0:
    os.kill(parent, signal.SIGUSR1)
    os._exit(0)
os.waitpid(child, 0)
sys.exit(not seen)
