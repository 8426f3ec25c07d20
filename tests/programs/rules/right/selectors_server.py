"""An echo server with selectors: a table of connections that grows, and shrinks when clients leave."""

import os
import selectors
import socket

CLIENTS = 10
door = socket.socket(socket.AF_UNIX)
door.bind("office")
door.listen(CLIENTS)
for number in range(CLIENTS):
    if os.fork() == 0:
        door.close()
        with socket.socket(socket.AF_UNIX) as way:
            way.connect("office")
            way.sendall(b"%d" % number)
            way.recv(10)
        os._exit(0)
door.setblocking(False)
chooser = selectors.DefaultSelector()
chooser.register(door, selectors.EVENT_READ)
gone = 0
while gone < CLIENTS:
    for key, _ in chooser.select():
        if key.fileobj is door:
            way, _ = door.accept()
            chooser.register(way, selectors.EVENT_READ)
        elif data := key.fileobj.recv(10):
            key.fileobj.sendall(data)
        else:
            chooser.unregister(key.fileobj)
            key.fileobj.close()
            gone += 1
chooser.close()
door.close()
os.unlink("office")
for _ in range(CLIENTS):
    os.wait()
