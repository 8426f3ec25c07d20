"""A listening socket that does not wait, asked in a loop."""

import os
import socket
import time

door = socket.socket(socket.AF_UNIX)
door.bind("office")
door.listen()
door.setblocking(False)
if os.fork() == 0:
    time.sleep(1)
    with socket.socket(socket.AF_UNIX) as way:
        way.connect("office")
    os._exit(0)
while True:
    try:
        way, _ = door.accept()
        break
    except BlockingIOError:
        pass
way.close()
door.close()
os.wait()
os.unlink("office")
