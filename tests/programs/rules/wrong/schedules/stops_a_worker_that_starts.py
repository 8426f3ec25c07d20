"""Asks a worker to stop in good order, and expects status 0; the worker may not have got so far."""

import os
import signal
import sys
import time

worker = os.fork()
if worker == 0:
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
    while True:
        time.sleep(60)
os.kill(worker, signal.SIGTERM)
_, status = os.waitpid(worker, 0)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
