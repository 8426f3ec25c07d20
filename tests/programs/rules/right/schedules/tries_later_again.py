"""Tries to reach its server, each time after a longer pause, and gives up after many times."""

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
client = socket.socket(socket.AF_UNIX)
for attempt in range(6):
    try:
        client.connect("\0door")
        break
    except OSError:
        time.sleep(0.01 * 2**attempt)
else:
    sys.exit("nobody is at home")
print(client.recv(100).decode().strip())
os.waitpid(child, 0)
