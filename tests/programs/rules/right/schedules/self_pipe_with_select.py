"""A signal becomes a byte in a pipe, which select sees however early it came."""

import os
import select
import signal

inlet, outlet = os.pipe()
os.set_blocking(inlet, False)
os.set_blocking(outlet, False)
signal.set_wakeup_fd(outlet)
signal.signal(signal.SIGCHLD, lambda number, frame: None)
if os.fork() == 0:
    os._exit(0)
select.select([inlet], [], [])
os.wait()
print("the child has ended")
