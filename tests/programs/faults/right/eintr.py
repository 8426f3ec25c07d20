"""Waits for a semaphore again when a signal has interrupted it."""

import os
import signal

import posix_ipc

signal.signal(signal.SIGUSR1, lambda _number, _frame: None)
semaphore = posix_ipc.Semaphore("/turn", posix_ipc.O_CREX)
posix_ipc.unlink_semaphore("/turn")
if os.fork() == 0:
    os.read(0, 1)
    semaphore.release()
    os._exit(0)
while True:
    try:
        semaphore.acquire()
        break
    except posix_ipc.SignalError:
        continue
os.wait()
print("my turn", flush=True)
