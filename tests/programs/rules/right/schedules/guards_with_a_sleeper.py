"""A guard that would end the work after ten seconds; the work is done long before, and the guard is dismissed."""

import os
import signal
import sys
import time

main = os.getpid()
guard = os.fork()
if guard == 0:
    time.sleep(10)
    os.kill(main, signal.SIGTERM)
    os._exit(0)
worker = os.fork()
if worker == 0:
    time.sleep(0.2)
    os._exit(0)
os.waitpid(worker, 0)
os.kill(guard, signal.SIGKILL)
os.waitpid(guard, 0)
sys.exit(0)
