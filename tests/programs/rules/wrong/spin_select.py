"""Looks at a socket without waiting until a time is over, again and again."""

import os
import select
import socket
import time

here, there = socket.socketpair()
if os.fork() == 0:
    here.close()
    time.sleep(1)
    there.sendall(b"late")
    os._exit(0)
there.close()
limit = time.monotonic() + 5
while time.monotonic() < limit:
    if select.select([here], [], [], 0)[0]:
        print(here.recv(10))
        break
os.wait()
here.close()
