# Correct twin. Source: Python "Socket Programming HOWTO", TLPI 61.1 (readn): read on until the record is whole.
import os
import socket
import struct
import sys

RECORDS = [(b"colour=", b"blue"), (b"size=", b"large")]


def writer(sock):
    for key, value in RECORDS:
        sock.sendall(struct.pack("!I", len(key) + len(value)) + key)
        sock.sendall(value)
    os._exit(0)


def read_exactly(sock, size):
    data = b""
    while len(data) < size:
        piece = sock.recv(size - len(data))
        if not piece:
            raise EOFError
        data += piece
    return data


def main():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child = os.fork()
    if child == 0:
        ours.close()
        writer(theirs)
    theirs.close()
    bad = 0
    for number, (key, value) in enumerate(RECORDS):
        (size,) = struct.unpack("!I", read_exactly(ours, 4))
        with open("record", "wb") as out:
            out.write(b"%d " % size)
            out.flush()
            os.fsync(out.fileno())
            out.write(read_exactly(ours, size))
        with open("record", "rb") as file:
            if file.read() != b"%d %s%s" % (size, key, value):
                bad = 1
                break
    os.waitpid(child, 0)
    ours.close()
    os.unlink("record")
    return bad


sys.exit(main())
