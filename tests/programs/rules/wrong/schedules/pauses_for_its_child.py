"""Waits for the signal of its child with pause, which misses one that has come already."""

import os
import signal

signal.signal(signal.SIGUSR1, lambda number, frame: None)
parent = os.getpid()
child = os.fork()
if child == 0:
    os.kill(parent, signal.SIGUSR1)
    os._exit(0)
signal.pause()
os.waitpid(child, 0)
print("the child has called")
