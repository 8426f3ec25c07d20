"""A server on ./echo.sock that sends each frame back reversed, a child for each of its first N clients."""

import os
import signal
import socket
import sys


def whole(one, size):
    data = b""
    while len(data) < size:
        piece = one.recv(size - len(data))
        if not piece:
            return None
        data += piece
    return data


def serve(one):
    while head := whole(one, 4):
        data = whole(one, int.from_bytes(head, "big"))
        if data is None:
            return 1
        one.sendall(head + data[::-1])
    return 0


with socket.socket(socket.AF_UNIX) as server:
    server.bind("./echo.sock")
    server.listen()
    for _ in range(int(sys.argv[1])):
        one, _ = server.accept()
        if os.fork() == 0:
            server.close()
            try:
                status = serve(one)
            except OSError as fault:
                status = fault.errno
            os._exit(status)
        one.close()
    os.unlink("./echo.sock")
    for _ in range(int(sys.argv[1])):
        print("child", os.waitstatus_to_exitcode(os.wait()[1]), flush=True)
