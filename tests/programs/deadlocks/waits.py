"""waits.py KIND MODE: P0 waits for a child that waits for what nobody does (stuck), or what a live process does (other), or is timed."""

import os
import signal
import sys
import time

KIND, MODE = sys.argv[1:3]
LIMIT = 1.0 if MODE == "timeout" else None
READ, WRITE = os.pipe()


def byte():
    os.write(WRITE, b"x")


def read():
    os.close(WRITE)
    os.read(READ, 1)


def selects():
    import select

    os.close(WRITE)
    select.select([READ], [], [], LIMIT)


def watches():
    import selectors

    os.close(WRITE)
    with selectors.DefaultSelector() as chosen:
        chosen.register(READ, selectors.EVENT_READ)
        chosen.select(LIMIT)


class Sockets:
    def __init__(self):
        import socket

        self.ours, self.theirs = socket.socketpair()

    def wait(self):
        self.theirs.close()
        self.ours.settimeout(LIMIT)
        try:
            self.ours.recv(1)
        except TimeoutError:
            pass

    def help(self):
        self.theirs.send(b"x")


class Flock:
    def hold(self):
        import fcntl

        self.file = os.open("lock", os.O_RDWR | os.O_CREAT)
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def wait(self):
        import fcntl

        fcntl.flock(os.open("lock", os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)

    def help(self):
        import fcntl

        fcntl.flock(self.file, fcntl.LOCK_UN)


class Record(Flock):
    def hold(self):
        import fcntl

        self.file = os.open("lock", os.O_RDWR | os.O_CREAT)
        fcntl.lockf(self.file, fcntl.LOCK_EX)

    def wait(self):
        import fcntl

        fcntl.lockf(os.open("lock", os.O_RDWR | os.O_CREAT), fcntl.LOCK_EX)

    def help(self):
        import fcntl

        fcntl.lockf(self.file, fcntl.LOCK_UN)


class Threads:
    """A lock that another thread gives back later, or nobody."""

    def wait(self):
        import threading

        lock = threading.Lock()
        lock.acquire()
        if MODE == "other":
            threading.Thread(target=lambda: (time.sleep(1), lock.release())).start()
        lock.acquire(timeout=LIMIT or -1)


class ThreadQueue:
    def wait(self):
        import queue
        import threading

        items = queue.Queue()
        if MODE == "other":
            threading.Thread(target=lambda: (time.sleep(1), items.put(1))).start()
        try:
            items.get(timeout=LIMIT)
        except queue.Empty:
            pass


class Multi:
    """A semaphore of multiprocessing."""

    def __init__(self):
        import multiprocessing

        self.semaphore = multiprocessing.Semaphore(0)

    def wait(self):
        self.semaphore.acquire(timeout=LIMIT)

    def help(self):
        self.semaphore.release()


class Semaphore:
    def __init__(self):
        import posix_ipc

        self.busy = posix_ipc.BusyError
        self.semaphore = posix_ipc.Semaphore("/s", posix_ipc.O_CREX)
        self.semaphore.unlink()

    def wait(self):
        try:
            self.semaphore.acquire(LIMIT)
        except self.busy:
            pass

    def help(self):
        self.semaphore.release()


class Messages:
    def __init__(self):
        import posix_ipc

        self.busy = posix_ipc.BusyError
        self.queue = posix_ipc.MessageQueue("/q", posix_ipc.O_CREX)
        self.queue.unlink()

    def wait(self):
        try:
            self.queue.receive(LIMIT)
        except self.busy:
            pass

    def help(self):
        self.queue.send(b"x")


class SystemV:
    def __init__(self):
        import sysv_ipc

        self.semaphore = sysv_ipc.Semaphore(None, sysv_ipc.IPC_CREX, initial_value=0)

    def wait(self):
        self.semaphore.acquire()

    def help(self):
        self.semaphore.release()

    def clean(self):
        self.semaphore.remove()


class Future:
    """A future of asyncio that another thread sets later, or nobody."""

    def wait(self):
        import asyncio

        asyncio.run(self.main())

    async def main(self):
        import asyncio
        import threading

        loop = asyncio.get_running_loop()
        future = loop.create_future()
        if MODE == "other":
            later = threading.Thread(target=lambda: (time.sleep(1), loop.call_soon_threadsafe(future.set_result, 1)))
            later.start()
        try:
            await asyncio.wait_for(future, LIMIT)
        except asyncio.TimeoutError:
            pass


def fifo():
    os.close(os.open("f", os.O_RDONLY))


KINDS = {
    "pipe": (read, byte), "select": (selects, byte), "selectors": (watches, byte), "socket": Sockets, "flock": Flock,
    "lockf": Record, "lock": Threads, "queue": ThreadQueue, "multiprocessing": Multi, "semaphore": Semaphore,
    "message-queue": Messages, "sysv-semaphore": SystemV, "asyncio": Future, "pause": (signal.pause, lambda: os.kill(waiter, 9)),
    "sigwait": (lambda: signal.sigwait([signal.SIGCHLD]), lambda: os.kill(waiter, signal.SIGCHLD)),
    "fifo": (fifo, lambda: os.close(os.open("f", os.O_WRONLY))),
}

if KIND == "fifo":
    os.mkfifo("f")
found = KINDS[KIND]
kind = found() if isinstance(found, type) else None
wait, helps = (kind.wait, getattr(kind, "help", None)) if kind else found
hold = getattr(kind, "hold", lambda: None)
told = os.pipe()
helper = 0
if MODE == "other" and helps is not None:
    helper = os.fork()
    if helper == 0:
        os.close(told[1])
        hold()
        waiter = int(os.read(told[0], 16))
        time.sleep(1)
        helps()
        os._exit(0)
    time.sleep(1)
else:
    hold()
waiter = os.fork()
if waiter == 0:
    for end in told:
        os.close(end)
    if MODE == "alarm":
        signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
        signal.alarm(5)
    wait()
    os._exit(0)
os.write(told[1], str(waiter).encode())
for end in told:
    os.close(end)
os.waitpid(waiter, 0)
if helper:
    os.waitpid(helper, 0)
if hasattr(kind, "clean"):
    kind.clean()
