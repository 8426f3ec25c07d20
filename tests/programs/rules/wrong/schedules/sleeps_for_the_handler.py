"""Gives its child half a second to install a handler, and then signals it."""

import os
import signal
import sys
import time

child = os.fork()
if child == 0:
    signal.signal(signal.SIGUSR1, lambda number, frame: os._exit(3))
    while True:
        time.sleep(60)
time.sleep(0.5)
os.kill(child, signal.SIGUSR1)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) != 3)
