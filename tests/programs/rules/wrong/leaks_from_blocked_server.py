"""A server that forgets its connections, and waits for the next one for ever."""

import os
import signal
import socket

signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
door = socket.socket(socket.AF_UNIX)
door.bind("office")
door.listen()
if os.fork() == 0:
    for _ in range(12):
        with socket.socket(socket.AF_UNIX) as way:
            way.connect("office")
            way.sendall(b"x")
            way.recv(1)
    os.unlink("office")
    os._exit(0)
known = []
while True:
    way, _ = door.accept()
    known.append(way)
    while data := way.recv(10):
        way.sendall(data)
    os.waitpid(-1, os.WNOHANG)
