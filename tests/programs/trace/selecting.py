"""selectors over a pipe and a socketpair, with a limit."""
import os
import selectors
import socket

selector = selectors.DefaultSelector()
read, write = os.pipe()
ours, theirs = socket.socketpair()
selector.register(read, selectors.EVENT_READ, "pipe")
selector.register(ours, selectors.EVENT_READ, "socket")
print(selector.select(1.5))
if os.fork() == 0:
    os.write(write, b"x")
    theirs.send(b"y")
    os._exit(0)
seen = set()
while len(seen) < 2:
    for key, _ in selector.select(1.5):
        seen.add(key.data)
        os.read(key.fd, 1)
print(sorted(seen))
os.wait()
