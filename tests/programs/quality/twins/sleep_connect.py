# Correct twin. Source: Lu et al. ASPLOS 2008 (order violation, fixed by a real wait); unix(7).
# The server says over a pipe that it listens; the client reads that byte before connect.
import os
import signal
import socket
import sys


def server(ready):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind("sock")
    listener.listen(1)
    os.write(ready, b"r")
    connection, _ = listener.accept()
    if connection.recv(16) == b"ping":
        connection.send(b"pong")
    connection.close()
    os._exit(0)


def main():
    ready, report = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ready)
        server(report)
    os.close(report)
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    answer = b""
    try:
        os.read(ready, 1)
        client.connect("sock")
        client.send(b"ping")
        answer = client.recv(16)
    except OSError as error:
        print(error, file=sys.stderr)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.path.exists("sock"):
        os.unlink("sock")
    return int(status != 0 or answer != b"pong")


sys.exit(main())
