# Source: Python "Socket Programming HOWTO" ("send and recv ... do not necessarily handle all the bytes you expect"),
# TLPI 61.1 "Partial reads and writes on stream sockets".
# BUG: one recv(n) is taken for a whole record of n bytes, though the writer sends key and value in two pieces.
# Order: the writer sends length + key and is preempted before it sends the value; the reader reads the length, then
# recv(n) gives the key alone (exit 1).
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


def main():
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
    child = os.fork()
    if child == 0:
        ours.close()
        writer(theirs)
    theirs.close()
    bad = 0
    for number, (key, value) in enumerate(RECORDS):
        (size,) = struct.unpack("!I", ours.recv(4))
        with open("record", "wb") as out:
            out.write(b"%d " % size)
            out.flush()
            os.fsync(out.fileno())
            out.write(ours.recv(size))
        with open("record", "rb") as file:
            if file.read() != b"%d %s%s" % (size, key, value):
                bad = 1
                break
    os.waitpid(child, 0)
    ours.close()
    os.unlink("record")
    return bad


sys.exit(main())
