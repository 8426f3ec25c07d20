"""A listening socket is put under number 3 for the program that serves it."""

import os
import socket
import sys

if len(sys.argv) > 1:
    way, _ = socket.socket(fileno=3).accept()
    way.sendall(b"served")
    os._exit(0)
door = socket.socket(socket.AF_UNIX)
door.bind("office")
door.listen()
child = os.fork()
if child == 0:
    os.dup2(door.fileno(), 3) if door.fileno() != 3 else os.set_inheritable(3, True)
    os.execv(sys.executable, [sys.executable, __file__, "serve"])
with socket.socket(socket.AF_UNIX) as way:
    way.connect("office")
    print(way.recv(10))
os.waitpid(child, 0)
door.close()
os.unlink("office")
