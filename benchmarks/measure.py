"""In: commands; out: how long each takes, all of them in turn, again and again, so that a slow moment hits every one."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# A developer may have switched off what every user has: compiled modules kept from the first start on.
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

__all__ = ["SURROUNDINGS", "Command", "Sample", "measure", "median", "spread"]


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be timed whole; `status` is what it must end with, or the measurement is of something else.

    `before` and `after` prepare and look at what it leaves; `after` returns further figures in seconds.
    """

    line: Sequence[str]
    status: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    stdin: bytes = b""
    before: Callable[[], None] = lambda: None
    after: Callable[[float], Mapping[str, float]] = lambda _ended: {}


@dataclass(frozen=True, slots=True)
class Sample:
    """One execution: seconds on the clock, and of processor time with all that it has waited for."""

    wall: float
    cpu: float
    more: Mapping[str, float]


def measure(commands: Mapping[str, Command], times: int, folder: Path) -> dict[str, list[Sample]]:
    """Each command `times` times, interleaved. One more execution of each comes first, uncounted: the disk's cache."""
    for command in commands.values():
        _execute(command, folder)
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            samples[name].append(_execute(command, folder))
    return samples


def _execute(command: Command, folder: Path) -> Sample:
    command.before()
    (folder / "stdin").write_bytes(command.stdin)
    with (folder / "stdin").open("rb") as stdin, (folder / "output").open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command.line,
            stdin=stdin,
            stdout=output,
            stderr=output,
            cwd=folder,
            env=SURROUNDINGS | dict(command.environment),
            process_group=0,
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        ended = time.time()
        process.returncode = os.waitstatus_to_exitcode(status)
    with suppress(ProcessLookupError):  # what a plain grader leaves behind of a deadlocked program waits for ever
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode != command.status:
        said = (folder / "output").read_text(errors="replace")[-2000:]
        message = f"{' '.join(command.line)} ended with {process.returncode}, must be {command.status}:\n{said}"
        raise SystemExit(message)
    return Sample(wall, usage.ru_utime + usage.ru_stime, command.after(ended))


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def spread(values: Sequence[float], scale: float = 1000.0) -> str:
    """Median and the range of all, in milliseconds: `812 (790-1042)`."""
    low, high = min(values) * scale, max(values) * scale
    return f"{median(values) * scale:.0f} ({low:.0f}-{high:.0f})"
