"""A handler for a change of the window's size is set; a msgrcv that it has interrupted is made again."""

import ctypes
import errno
import os
import signal
import sys

libc = ctypes.CDLL(None, use_errno=True)
IPC_PRIVATE, IPC_RMID = 0, 0


class Message(ctypes.Structure):
    _fields_ = (("type", ctypes.c_long), ("text", ctypes.c_char * 4))


signal.signal(signal.SIGWINCH, lambda number, frame: None)
queue = libc.msgget(IPC_PRIVATE, 0o600)
child = os.fork()
if child == 0:
    sent = Message(1, b"done")
    os._exit(libc.msgsnd(queue, ctypes.byref(sent), 4, 0) != 0)
answer = Message()
while libc.msgrcv(queue, ctypes.byref(answer), 4, 0, 0) < 0 and ctypes.get_errno() == errno.EINTR:
    pass
_, status = os.waitpid(child, 0)
libc.msgctl(queue, IPC_RMID, None)
sys.exit(status != 0 or answer.text != b"done")
