"""In: what an exercise on inter-process communication needs; out: all of it works in the box."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.box import Box
from tests.support.boxes import python, run

_FEATURES = {
    "pipe": """
r, w = os.pipe()
if not os.fork():
    os.write(w, b'x')
    os._exit(0)
os.wait()
say(os.read(r, 9).decode())
""",
    "fifo": """
os.mkfifo('f')
if not os.fork():
    open('f', 'w').write('x')
    os._exit(0)
say(open('f').read())
os.unlink('f')
""",
    "signal to itself": """
signal.signal(2, lambda *a: say('x'))
os.kill(os.getpid(), 2)
""",
    "signal to the parent": """
signal.signal(2, lambda *a: say('x'))
if not os.fork():
    os.kill(os.getppid(), 2)
    os._exit(0)
os.wait()
""",
    "signal to a child": """
c = os.fork()
if not c:
    signal.pause()
os.kill(c, 15)
say('x' if os.wait()[1] == 15 else '')
""",
    "System V shared memory": """
libc.shmat.restype = ctypes.c_void_p
i = libc.shmget(0, 4096, 0o1600)
libc.shmat(i, None, 0)
say('x' if i >= 0 and libc.shmctl(i, 0, None) == 0 else '')
""",
    "System V semaphores": """
i = libc.semget(0, 1, 0o1600)
say('x' if i >= 0 and libc.semctl(i, 0, 0) == 0 else '')
""",
    "System V queues": """
i = libc.msgget(0, 0o1600)
say('x' if i >= 0 and libc.msgctl(i, 0, None) == 0 else '')
""",
    "POSIX shared memory": """
import mmap
f = os.open('/dev/shm/t', os.O_CREAT | os.O_RDWR)
os.ftruncate(f, 4096)
m = mmap.mmap(f, 4096)
m[0] = 120
say(m[:1].decode())
os.unlink('/dev/shm/t')
""",
    "threads": """
import threading
t = threading.Thread(target=say, args=('x',))
t.start()
t.join()
""",
    "socket pair": """
a, b = socket.socketpair()
a.send(b'x')
say(b.recv(1).decode())
""",
    "socket in the home": """
s = socket.socket(socket.AF_UNIX)
s.bind('s')
s.listen()
c = socket.socket(socket.AF_UNIX)
c.connect('s')
say('x')
""",
    "abstract socket": """
s = socket.socket(socket.AF_UNIX)
s.bind('\\0s')
s.listen()
c = socket.socket(socket.AF_UNIX)
c.connect('\\0s')
say('x')
""",
    "epoll and eventfd": """
import select
e = select.epoll()
f = os.eventfd(1)
e.register(f, 1)
say('x' if e.poll(0) else '')
""",
    "a larger pipe": """
import fcntl
r, w = os.pipe()
say('x' if fcntl.fcntl(w, 1031, 1 << 20) == 1 << 20 else '')
""",
    "record locks": """
import fcntl
fcntl.lockf(open('l', 'w'), fcntl.LOCK_EX)
say('x')
""",
    "a new session": """
c = os.fork()
if not c:
    os.setsid()
    os._exit(7)
say('x' if os.wait()[1] == 7 << 8 else '')
""",
    "a shell pipeline": """
import subprocess
say(subprocess.check_output('echo x | cat', shell=True, text=True).strip())
""",
    "the name of this host": """
say('x' if socket.gethostbyname('localhost') == '127.0.0.1' else '')
""",
}
_OF_NAMESPACES = {
    "the name of the user": """
import pwd
say('x' if pwd.getpwuid(os.getuid()).pw_name == 'student' else '')
""",
    "TCP": """
s = socket.create_server(('127.0.0.1', 0))
socket.create_connection(s.getsockname())
say('x')
""",
    "TCP over IPv6": """
s = socket.create_server(('::1', 0), family=socket.AF_INET6)
socket.create_connection(s.getsockname()[:2])
say('x')
""",
}


@pytest.mark.parametrize("feature", _FEATURES)
def test_what_an_exercise_needs_works(box: Box, tmp_path: Path, feature: str) -> None:
    """Neither namespaces nor Landlock nor the filters break an honest program."""
    command = python(_FEATURES[feature] + "\n", tmp_path)

    assert run(box, command).said == "x"


@pytest.mark.parametrize("feature", _OF_NAMESPACES)
def test_what_only_a_box_of_namespaces_has_works(namespaces: Box, tmp_path: Path, feature: str) -> None:
    """At rungs A and A- the program has a user's name, and a loopback that nobody else can reach."""
    assert run(namespaces, python(_OF_NAMESPACES[feature] + "\n", tmp_path)).said == "x"


def test_posix_queues_work_or_are_absent(box: Box, tmp_path: Path) -> None:
    """Only at rung C, where /dev/mqueue is not mounted, a program finds no queues, and the notes say so."""
    source = "say([call(240, b'jobs', 0o102, 0o600, None), call(241, b'jobs')])\n"
    closed = any("queues are closed" in note for note in box.notes)

    assert run(box, python(source, tmp_path)).said == (["ENOSYS", "ENOENT"] if closed else [3, 0])
