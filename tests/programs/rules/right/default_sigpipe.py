"""A filter in Python that asks to be ended like other filters."""

import os
import signal

signal.signal(signal.SIGPIPE, signal.SIG_DFL)
read, write = os.pipe()
if os.fork() == 0:
    os.close(read)
    while True:
        os.write(write, b"line\n" * 1000)
os.close(write)
os.read(read, 5)
os.close(read)
os.wait()
