"""The client sleeps until the server surely listens; then it tries once."""

import os
import socket
import sys
import time

child = os.fork()
if child == 0:
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0door")
    server.listen()
    caller, _ = server.accept()
    caller.sendall(b"welcome\n")
    os._exit(0)
time.sleep(1)
client = socket.socket(socket.AF_UNIX)
try:
    client.connect("\0door")
except OSError:
    os.kill(child, 9)
    os.waitpid(child, 0)
    sys.exit("nobody is at home")
print(client.recv(100).decode().strip())
os.waitpid(child, 0)
