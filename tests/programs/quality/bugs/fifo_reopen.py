# Source: TLPI 44.8 (why a FIFO server also opens its own FIFO for writing: otherwise it sees end-of-file whenever the last
# writer closes), fifo(7), pipe(7) on SIGPIPE.
# BUG: end-of-file is taken for "no more messages", but the writer opens and closes the FIFO for each message.
# Order: the writer closes after message 1 and is preempted before its next open; the reader reads message 1, then
# end-of-file, and closes: the writer waits in open for ever. (If the reader closes between the writer's second open and
# its write: SIGPIPE, exit 1.)
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
    data = b""
    while piece := os.read(fifo, 64):
        data += piece
        with open("received", "ab") as log:
            log.write(piece)
            log.flush()
            os.fsync(log.fileno())
    os.close(fifo)
    _, status = os.waitpid(child, 0)
    os.unlink("fifo")
    os.unlink("received")
    return int(status != 0 or data != b"".join(MESSAGES))


sys.exit(main())
