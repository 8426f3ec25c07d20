"""Waits for a semaphore by posix_ipc, which does not go on after a handler as the calls of the interpreter do (PEP 475)."""

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
semaphore.acquire()
os.wait()
print("my turn", flush=True)
