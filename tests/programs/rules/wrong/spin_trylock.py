"""Tries a lock again and again that another process holds while it sleeps."""

import fcntl
import os
import time

lock = os.open("lock", os.O_CREAT | os.O_RDWR)
fcntl.flock(lock, fcntl.LOCK_EX)
child = os.fork()
if child == 0:
    own = os.open("lock", os.O_RDWR)
    while True:
        try:
            fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            pass
    os._exit(0)
time.sleep(1)
fcntl.flock(lock, fcntl.LOCK_UN)
os.waitpid(child, 0)
os.close(lock)
os.unlink("lock")
