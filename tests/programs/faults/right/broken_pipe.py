"""Sends to a child through a pipe; a child that is gone ends it with an error, and its queue is removed all the same."""

import os

import posix_ipc

queue = posix_ipc.MessageQueue("/jobs", posix_ipc.O_CREX)
try:
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.close(write_end)
        while os.read(read_end, 4096):
            pass
        os._exit(0)
    os.close(read_end)
    for _ in range(40):
        os.write(write_end, bytes(4096))
    os.close(write_end)
    os.wait()
finally:
    queue.unlink()
