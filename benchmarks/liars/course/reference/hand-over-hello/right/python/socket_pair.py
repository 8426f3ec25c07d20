"""Right: two connected sockets; the end of the stream says that the word is complete."""

import os
import socket

mine, yours = socket.socketpair()
with mine, yours:
    child = os.fork()
    if child == 0:
        mine.close()
        yours.sendall(b"hello")
        os._exit(0)
    yours.close()
    word = b"".join(iter(lambda: mine.recv(16), b""))
os.waitpid(child, 0)
print(word.decode())
