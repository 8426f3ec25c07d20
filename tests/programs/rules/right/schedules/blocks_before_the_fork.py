"""The child lets the signal in only when its handler is there."""

import os
import signal
import sys
import time

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
worker = os.fork()
if worker == 0:
    signal.signal(signal.SIGTERM, lambda number, frame: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    while True:
        time.sleep(60)
os.kill(worker, signal.SIGTERM)
_, status = os.waitpid(worker, 0)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
