"""In: a command; out: how it ended, what it said, and which of its descendants were still there, however they hid."""

from __future__ import annotations

import ctypes
import os
import select
import signal
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Watched", "await_file", "children", "watch"]

_libc = ctypes.CDLL(None, use_errno=True)
_SUBREAPER = 36
_IN_CREATE = 0x100
LIMIT = 240_000  # milliseconds for something that must happen: never a judgement, only the end of a broken test


@dataclass(frozen=True, slots=True)
class Watched:
    """`status` as the shell gives it (negative: a signal). `left` ran on when the command had ended; `stayed` never ended."""

    status: int
    out: str
    err: str
    left: tuple[str, ...]
    stayed: tuple[str, ...]


def watch(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    act: Callable[[subprocess.Popen[bytes]], None] = lambda _process: None,
    prepare: Callable[[], None] | None = None,
) -> Watched:
    """Run a command in a session and process group of its own; `act` is called while it runs.

    This process is made the one that orphans go to, so that every descendant is seen, in whatever session it is.
    """
    (folder / "empty").touch()
    others = frozenset(children())  # of fixtures that live as long as the tests
    with _reaping(), (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
        with (folder / "empty").open("rb") as stdin:
            process = subprocess.Popen(
                command, stdin=stdin, stdout=out, stderr=err, env=dict(environment), cwd=folder,
                start_new_session=True, preexec_fn=prepare,  # noqa: PLW1509 - the tests have one thread
            )  # fmt: skip
        try:
            act(process)
            with _handle(process.pid) as handle:
                _await(handle)
        finally:
            process.kill()
            process.wait()
            left = tuple(_described(pid) for pid in children() if pid not in others and not _ended(pid))
            stayed = tuple(_outlived(others))
    texts = [(folder / name).read_text(encoding="utf-8", errors="surrogateescape") for name in ("out", "err")]
    return Watched(process.returncode, *texts, left, stayed)


def await_file(folder: Path, suffix: str) -> None:
    """Return as soon as `folder` (existing) holds a file whose name ends so. Raises AssertionError if none ever comes."""
    watcher = _libc.inotify_init1(os.O_CLOEXEC)
    try:
        assert _libc.inotify_add_watch(watcher, os.fsencode(folder), _IN_CREATE) >= 0
        found = any(path.name.endswith(suffix) for path in folder.iterdir())
        while not found:
            _await(watcher)
            found = any(name.endswith(suffix) for name in _created(os.read(watcher, 65536)))
    finally:
        os.close(watcher)


def children() -> list[int]:
    """The processes whose parent is this one. A thread that ends meanwhile leaves its own to another."""
    return [int(word) for task in Path("/proc/self/task").iterdir() for word in _children_of(task)]


def _children_of(task: Path) -> list[str]:
    try:
        return (task / "children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _created(events: bytes) -> Iterator[str]:
    at = 0
    while at < len(events):
        length = struct.unpack_from("<iIII", events, at)[3]
        yield events[at + 16 : at + 16 + length].rstrip(b"\0").decode()
        at += 16 + length


def _outlived(others: frozenset[int]) -> Iterator[str]:
    """Wait for the end of every child but `others`; one that does not end is described, and killed with all that it leaves."""
    while pids := [pid for pid in children() if pid not in others]:
        for pid in pids:
            with _handle(pid) as handle:
                if not _ready(handle):
                    yield _described(pid)
                    os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _described(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1]
    return f"{pid} {state} {words[:200]}"


def _ended(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][:1] in "ZX"


def _ready(handle: int) -> bool:
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(LIMIT))


def _await(handle: int) -> None:
    assert _ready(handle), f"nothing happened in {LIMIT} ms"


@contextmanager
def _handle(pid: int) -> Iterator[int]:
    handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def _reaping() -> Iterator[None]:
    """Be the parent of orphans for a while."""
    _libc.prctl(_SUBREAPER, 1, 0, 0, 0)
    try:
        yield
    finally:
        _libc.prctl(_SUBREAPER, 0, 0, 0, 0)
