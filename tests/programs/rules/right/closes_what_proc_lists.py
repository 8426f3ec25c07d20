"""Closes all descriptors that /proc names, among them the one through which it was listed."""

import os

ends = os.pipe()
if os.fork() == 0:
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2:
            try:
                os.close(int(name))
            except OSError:
                pass
    os._exit(0)
for end in ends:
    os.close(end)
os.wait()
