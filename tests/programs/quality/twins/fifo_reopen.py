# Correct twin. Source: TLPI 44.8: the reader keeps a writing end of its own, so there is no end-of-file between two
# messages, and it reads until it has both messages (8 bytes each).
import os
import signal
import sys

MESSAGES = [b"message1", b"message2"]


def writer():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for message in MESSAGES:
        fifo = os.open("fifo", os.O_WRONLY)
        os.write(fifo, message)
        os.close(fifo)
    os._exit(0)


def main():
    os.mkfifo("fifo", 0o600)
    child = os.fork()
    if child == 0:
        writer()
    fifo = os.open("fifo", os.O_RDONLY)
    keep = os.open("fifo", os.O_WRONLY)
    data = b""
    while len(data) < len(b"".join(MESSAGES)):
        piece = os.read(fifo, 64)
        data += piece
        with open("received", "ab") as log:
            log.write(piece)
            log.flush()
            os.fsync(log.fileno())
    os.close(keep)
    os.close(fifo)
    _, status = os.waitpid(child, 0)
    os.unlink("fifo")
    os.unlink("received")
    return int(status != 0 or data != b"".join(MESSAGES))


sys.exit(main())
