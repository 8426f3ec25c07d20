"""In: a behaviour, an address, and on stdin what to send; out: what a server (or a reader) gets to see of such a client.

    adversary.py BEHAVIOUR KIND:ADDRESS [size=N] [at=N] [times=N] [how=exit|kill] [reply=eof|none|N|frames:N] [answer=ADDRESS]

docs/peers.md tells what each word means. It ends with 0 when it has done what it was told, with 1 when the other side was not
there or broke off before the whole reply was, with 2 when it was told nonsense. It writes to no output: all that it does is in the
evidence.
"""

from __future__ import annotations

import os
import select
import signal
import sys

# The module under `socket`, which opens twenty more files at each start; Linux has it wherever it has the other.
from _socket import AF_UNIX, SHUT_WR, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_STREAM, socket

SOCKETS = {"stream": SOCK_STREAM, "seqpacket": SOCK_SEQPACKET, "dgram": SOCK_DGRAM}
MOST = 1 << 16
HEAD = 4
"""Bytes of a frame's length, the most significant first."""


class Line:
    """A way to the other side: `send` and `receive` move bytes, `end` says that no more will be sent, `close` lets go."""

    def __init__(self, kind: str, address: str, answer: str) -> None:
        """Open it; a FIFO is opened for writing, which waits for a reader."""
        self.kind = kind
        self.answer = answer
        self.fd = self.back = -1
        if kind in SOCKETS:
            self.socket = socket(AF_UNIX, SOCKETS[kind])
            if answer:
                self.socket.bind(_name(answer))
            self.socket.connect(_name(address))
            self.fd = self.back = self.socket.fileno()
            return
        if answer:
            _make(kind, answer)
        self.fd = _open(kind, address, os.O_WRONLY)

    def send(self, data: bytes) -> None:
        """All of these bytes, in one message where there are messages."""
        if self.kind == "queue":
            _queues().send(self.fd, data)
        while data and self.kind != "queue":
            data = data[os.write(self.fd, data) :]

    def receive(self, most: int) -> bytes:
        """Some bytes, or one message; none at the end. A way back of its own is opened at the first call."""
        if self.back < 0:
            self.back = _open(self.kind, self.answer, os.O_RDONLY)
        return _queues().receive(self.back) if self.kind == "queue" else os.read(self.back, most)

    def end(self) -> None:
        """Nothing more will be sent."""
        if self.kind in SOCKETS:
            self.socket.shutdown(SHUT_WR)
        elif self.kind == "fifo":
            os.close(self.fd)

    def wait(self) -> None:
        """Sleep until there is something to receive, and leave it there."""
        poll = select.poll()
        poll.register(self.back, select.POLLIN)
        poll.poll()

    def rest(self) -> None:
        """Sleep until the other side goes, or nobody else can go on: then a millisecond is over, which is virtual here."""
        poll = select.poll()
        poll.register(self.fd, 0)
        poll.poll(1)

    def close(self) -> None:
        """Let go of all of it, and remove what was made for the answer. What is unread is lost: of a socket that is a reset."""
        if self.kind in SOCKETS:
            self.socket.close()
        if self.answer.startswith("@") or not self.answer:
            return
        if self.kind == "queue":
            _queues().unlink(self.answer)
        else:
            os.unlink(self.answer)  # noqa: PTH108 - pathlib opens a dozen more files at each start


def _name(address: str) -> str:
    """An abstract name for `@name`, else the path."""
    return f"\0{address[1:]}" if address.startswith("@") else address


class Queues:
    """POSIX message queues, which Python's own library does not have (mq_overview(7))."""

    def __init__(self) -> None:
        """Find them in the C library."""
        import ctypes

        self._c = ctypes
        self._library = ctypes.CDLL("librt.so.1", use_errno=True)

    def open(self, name: str, flags: int) -> int:
        """A descriptor of the queue; with O_CREAT of 8 messages of 256 bytes at most."""
        attributes = (self._c.c_long * 8)(0, 8, 256)
        return self._done(int(self._library.mq_open(name.encode(), flags, 0o600, attributes)))

    def send(self, fd: int, data: bytes) -> None:
        """One message."""
        self._done(int(self._library.mq_send(fd, data, len(data), 0)))

    def receive(self, fd: int) -> bytes:
        """One message."""
        space = self._c.create_string_buffer(MOST)
        return space.raw[: self._done(int(self._library.mq_receive(fd, space, MOST, None)))]

    def unlink(self, name: str) -> None:
        """Remove it."""
        self._done(int(self._library.mq_unlink(name.encode())))

    def _done(self, result: int) -> int:
        if result < 0:
            number = self._c.get_errno()
            raise OSError(number, os.strerror(number))
        return result


_known: list[Queues] = []


def _queues() -> Queues:
    """The library, loaded when it is first needed."""
    if not _known:
        _known.append(Queues())
    return _known[0]


def _make(kind: str, address: str) -> None:
    if kind == "queue":
        os.close(_queues().open(address, os.O_RDWR | os.O_CREAT))
    else:
        os.mkfifo(address)


def _open(kind: str, address: str, flags: int) -> int:
    if kind == "queue":
        return _queues().open(address, flags)
    if kind == "fifo" and address:
        return os.open(address, flags)
    raise ValueError(f"there is no way to {kind}:{address}")


def replied(line: Line, reply: str, most: int) -> bool:
    """Read the reply to its end, `most` bytes at a time; whether it was whole."""
    if reply == "none":
        return True
    got, frames = b"", int(reply.removeprefix("frames:")) if reply.startswith("frames:") else 0
    while reply == "eof" or (_frames(got) < frames if frames else len(got) < int(reply)):
        data = line.receive(most)
        if not data:
            return reply == "eof"
        got += data
        if most == 1:
            line.rest()
    return True


def _frames(data: bytes) -> int:
    """How many whole frames these bytes hold."""
    count = 0
    while len(data) >= HEAD and len(data) - HEAD >= (size := int.from_bytes(data[:HEAD], "big")):
        data, count = data[HEAD + size :], count + 1
    return count


def act(behaviour: str, line: Line, data: bytes, told: dict[str, str]) -> bool:
    """Behave so; whether the other side has done its part."""
    size = 1 if behaviour == "slow" else int(told.get("size", "0")) or max(1, len(data))
    if behaviour in {"dying", "resetting"}:
        data = data[: int(told.get("at", len(data)))]
    for _ in range(int(told.get("times", "1")) if behaviour != "silent" else 0):
        for start in range(0, len(data), size):
            line.send(data[start : start + size])
            if behaviour == "slow":
                line.rest()
    if behaviour in {"silent", "deaf"}:
        while True:
            signal.pause()
    if behaviour == "dying" and told.get("how", "kill") == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if behaviour == "resetting":
        line.wait()
    if behaviour in {"dying", "resetting", "flooding"}:
        return True
    if behaviour == "half-closing":
        line.end()
    return replied(line, told.get("reply", "none"), 1 if behaviour == "slow" else MOST)


BEHAVIOURS = ("polite", "slow", "half-closing", "silent", "deaf", "flooding", "dying", "resetting")


def main(behaviour: str, address: str, *words: str) -> int:
    """Do what the command line says."""
    told = dict(word.split("=", 1) for word in words)
    kind, _, where = address.partition(":")
    if behaviour not in BEHAVIOURS:
        raise ValueError(f"there is no behaviour {behaviour}")
    data = sys.stdin.buffer.read()
    try:
        line = Line(kind, where, told.get("answer", ""))
        whole = act(behaviour, line, data, told)
        if told.get("how") != "exit" or behaviour != "dying":
            line.close()
    except OSError:
        return 1
    return 0 if whole else 1


if __name__ == "__main__":
    try:
        status = main(*sys.argv[1:])
    except (TypeError, ValueError) as fault:
        sys.stderr.write(f"adversary.py: {fault}\n")
        status = 2
    os._exit(status)
