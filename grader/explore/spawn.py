"""In: the rung to force; out: a supervisor's process, started ahead of everything that is slow to import.

A supervisor needs a third of a second until it answers. Whoever knows early that one will be asked for calls `warm`
first, and `cool` at last.
"""

from __future__ import annotations

import subprocess
import sys

__all__ = ["cool", "start", "warm"]

_waiting: dict[str, subprocess.Popen[str]] = {}


def start(force_rung: str) -> subprocess.Popen[str]:
    """The supervisor that was started ahead for this rung, or a new one; it is the caller's to end."""
    return _waiting.pop(force_rung, None) or _new(force_rung)


def warm(force_rung: str) -> None:
    """Start a supervisor ahead."""
    if force_rung not in _waiting:
        _waiting[force_rung] = _new(force_rung)


def cool() -> None:
    """End what nobody has asked for."""
    while _waiting:
        process = _waiting.popitem()[1]
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _new(force_rung: str) -> subprocess.Popen[str]:
    # -P: never import from the current folder, where a student's json.py may lie.
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "grader.explore.worker", force_rung],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii", start_new_session=True,
    )  # fmt: skip
