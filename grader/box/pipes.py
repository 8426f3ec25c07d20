"""In: the size of stdin's pipe; out: the three pipes of a run, the program's ends waiting in a socket."""

from __future__ import annotations

import fcntl
import os
import socket

_CAPACITY = fcntl.F_SETPIPE_SZ


class Pipes:
    """Our ends, non-blocking, in `outside` (stdin's write end, stdout's and stderr's read ends); `inside` is the socket.

    Whoever holds the socket holds no end of a pipe before the message in it is received.
    """

    def __init__(self, capacity: int | None = None, into: tuple[socket.socket, socket.socket] | None = None) -> None:
        """Make three pipes; `into` is a pair of sockets whose second end a program has: it stays the caller's."""
        pairs = [os.pipe() for _ in range(3)]
        self.outside = (pairs[0][1], pairs[1][0], pairs[2][0])
        inner = [pairs[0][0], pairs[1][1], pairs[2][1]]
        for fd in self.outside:
            os.set_blocking(fd, False)
        self._lent = into is not None
        self._ours, self._theirs = into or socket.socketpair()
        self.inside = self._theirs.fileno()
        try:
            if capacity is not None:
                fcntl.fcntl(self.outside[0], _CAPACITY, capacity)
            socket.send_fds(self._ours, [b"x"], inner)
        except OSError:
            self.close_outside()
            self.close_inside()
            raise
        finally:
            for fd in inner:
                os.close(fd)

    def way(self) -> socket.socket:
        """A socket of ours into which the pipes of further programs go; the caller closes it."""
        return self._ours.dup()

    def close_inside(self) -> None:
        """Give up the socket: with the program's copy gone as well, what waits in it is closed."""
        if not self._lent:
            self._ours.close()
            self._theirs.close()

    def close_outside(self) -> None:
        """Give up our ends, when there is no program."""
        for fd in self.outside:
            os.close(fd)
