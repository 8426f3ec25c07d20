"""A Python handler runs between two reads that are restarted (PEP 475)."""
import os
import signal

signal.signal(signal.SIGUSR1, lambda *_: print("handler", flush=True))
read, write = os.pipe()
if os.fork() == 0:
    os.kill(os.getppid(), signal.SIGUSR1)
    os.write(write, b"x")
    os._exit(0)
print(os.read(read, 1))
os.wait()
