"""The child reports by a signal; its parent says only afterwards what is to be done with it."""

import os
import signal

parent = os.getpid()
child = os.fork()
if child == 0:
    os.kill(parent, signal.SIGUSR2)
    os._exit(0)
reports = []
signal.signal(signal.SIGUSR2, lambda number, frame: reports.append(number))
os.waitpid(child, 0)
print("reports:", len(reports))
