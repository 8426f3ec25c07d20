"""Keeps the number of a socket beyond the socket's life."""

import os
import socket

one, other = socket.socketpair()
number = one.fileno()
one.close()
try:
    os.write(number, b"hello")
except OSError as error:
    print(error.strerror)
other.close()
