# Source: CERT / CWE-362 (race by missing synchronisation); Lu et al. ASPLOS 2008, "order violation", and its finding that
# added sleeps are wrong fixes; connect(2) and unix(7): ENOENT / ECONNREFUSED before bind / listen.
# BUG: the client sleeps instead of waiting for the server to be ready.
# Order: the server is preempted before bind (or between bind and listen) for longer than the client's sleep:
# connect fails (exit 1).
import os
import signal
import socket
import sys
import time


def server():
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind("sock")
    listener.listen(1)
    connection, _ = listener.accept()
    if connection.recv(16) == b"ping":
        connection.send(b"pong")
    connection.close()
    os._exit(0)


def main():
    child = os.fork()
    if child == 0:
        server()
    client = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    answer = b""
    try:
        time.sleep(0.1)
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
