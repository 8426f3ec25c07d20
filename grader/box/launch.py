"""In: a command line, descriptors to hand down, an identity; out: a child process of ours that has become it."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
from collections.abc import Callable, Mapping, Sequence

from grader.box import linux
from grader.frozen import dataclass

FIRST = 200  # descriptors handed down get the numbers FIRST, FIRST + 1, …
FAILED = 127  # the exit status of a child that could not become the program
_ASIDE = 300


@dataclass(frozen=True, slots=True)
class Launch:
    """How a child becomes a program.

    `keep` are descriptors of ours that the child has as 200, 201, …; its stdin and stdout are /dev/null unless given.
    `bounds` are resource limits (kind, value), lowered to what we may give. `identity` is the user and group id to take
    (None: ours). `first` runs in the child before it changes its identity, `last` just before exec.
    """

    argv: Sequence[str]
    keep: Sequence[int]
    stderr: int = 2
    identity: int | None = None
    environment: Mapping[str, str] | None = None
    stdin: int | None = None
    stdout: int | None = None
    bounds: Sequence[tuple[int, int]] = ()
    first: Callable[[], None] | None = None
    last: Callable[[], None] | None = None


def launch(how: Launch) -> int:
    """Fork the child that becomes the program: its process id. It dies with us; a failed exec is status 127."""
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        try:
            _become(how, parent)
        except BaseException as fault:  # noqa: BLE001 - the forked copy must never return into the caller's code
            os.write(2, str(fault).partition("] ")[2].encode(errors="replace"))
        finally:
            os._exit(FAILED)
    return child


def _become(how: Launch, parent: int) -> None:
    os.setsid()
    _hand_down(how)
    for number in signal.valid_signals():
        # Python ignores SIGPIPE; an ignored signal stays ignored after exec.
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, signal.SIG_DFL)
    linux.default_internal_signals()
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    os.umask(0o022)
    linux.fix_addresses()
    for kind, value in how.bounds:
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))
    if how.first:
        how.first()
    if how.identity is not None:
        os.setgroups([])
        os.setresgid(how.identity, how.identity, how.identity)
        os.setresuid(how.identity, how.identity, how.identity)
    linux.die_with_parent(parent)
    if how.last:
        how.last()
    try:
        os.execve(how.argv[0], list(how.argv), how.environment or {})
    except OSError as fault:
        raise OSError(fault.errno, f"execve: {fault.strerror}") from fault


def _hand_down(how: Launch) -> None:
    """Give the descriptors their numbers and close all others."""
    null = os.open(os.devnull, os.O_RDWR)
    wanted = (*(null if fd is None else fd for fd in (how.stdin, how.stdout)), how.stderr)
    targets = [*enumerate(wanted), *enumerate(how.keep, FIRST)]
    aside = [(target, fcntl.fcntl(source, fcntl.F_DUPFD, _ASIDE)) for target, source in targets]
    for target, source in aside:
        os.dup2(source, target)
    os.closerange(3, FIRST)
    os.closerange(FIRST + len(how.keep), 1 << 30)
