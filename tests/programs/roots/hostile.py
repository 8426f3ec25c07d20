"""A server that would rather have no clients: it tries all it can against the peer that it finds in /proc."""

import ctypes
import errno
import os
import signal
import socket

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
PTRACE_ATTACH, PTRACE, PIDFD_OPEN, PIDFD_GETFD = 16, 101, 434, 438


def call(*numbers):
    result = libc.syscall(*map(ctypes.c_long, numbers))
    return "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]


def tried(function, *args):
    try:
        function(*args)
    except OSError as fault:
        return errno.errorcode[fault.errno]
    return "done"


def each_of(folder):
    """What comes of opening each descriptor that is listed there: its number is another one in each kind of box."""
    return " ".join(sorted({tried(os.open, f"{folder}/{name}", os.O_RDWR) for name in os.listdir(folder)}))


with socket.socket(socket.AF_UNIX) as server:
    server.bind("echo.sock")
    server.listen()
    one, _ = server.accept()
    peers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    peer = max(each for each in peers if each != os.getpid())
    say = {
        "kill": tried(os.kill, peer, signal.SIGKILL),
        "memory": tried(os.open, f"/proc/{peer}/mem", os.O_RDWR),
        "input": tried(os.open, f"/proc/{peer}/fd/0", os.O_RDONLY),
        "trace": call(PTRACE, PTRACE_ATTACH, peer, 0, 0),
        "a file beside it": tried(os.open, "/peers/socket.py", os.O_WRONLY | os.O_CREAT),
        "its socket": each_of("/proc/1/fd"),
        "a descriptor": call(PIDFD_GETFD, libc.syscall(PIDFD_OPEN, 1, 0), 200, 0),
    }
    for what, how in say.items():
        print(f"{what}: {how}", flush=True)
    os.unlink("echo.sock")
