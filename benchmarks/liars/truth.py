"""In: nothing; out: what each of the thirteen programs is, where it lies, and the check whose finding must come first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["COURSE", "EXERCISE", "TRUTH", "Truth", "source_of"]

COURSE = Path(__file__).resolve().parent / "course"
EXERCISE = "hand-over-hello"


@dataclass(frozen=True, slots=True)
class Truth:
    """`check` is empty for a right program. `pending` says why no verdict is promised yet; then nothing is expected."""

    words: str
    check: str = ""
    pending: str = ""


TRUTH = {
    "ok_pipe": Truth("right: a pipe, read to its end"),
    "partial_write": Truth("right: one read is enough, for five bytes are written at once (pipe(7), PIPE_BUF)"),
    "cheat_noipc": Truth("prints the word itself, without a child", "hello-crosses"),
    "deadlock": Truth(
        "the child reads a pipe whose write end it holds itself, and the parent waits for the child", "ends-by-itself"
    ),
    "fd_leak": Truth("no unused pipe end is closed", "closes-unused-pipe-ends"),
    "no_wait": Truth("the child is never waited for", "child-is-reaped"),
    "orphan_quiet": Truth("the child lives on for 25 s, its standard output closed", "nobody-outlives-the-parent"),
    "orphan_stdout": Truth("the child lives on for 25 s, its standard output open", "nobody-outlives-the-parent"),
    "sem_leak": Truth("leaves a System V semaphore, and has no child", "nothing-is-left-behind"),
    "shm_leak": Truth("leaves a POSIX shared memory object", "nothing-is-left-behind"),
    "sleep_sync": Truth("sleeps 20 ms instead of waiting for the child", "prints-hello"),
    "toctou_signal": Truth(
        "a signal stands for the word, and may come between the test of the flag and pause()", "ends-by-itself"
    ),
    "race_rmw": Truth(
        "two children count in shared memory without a lock",
        pending="Accesses to shared memory are not on record yet, so memory that both have counts as a way on which `hello` may "
        "have come, and the race is not seen.",
    ),
}


def source_of(name: str) -> Path:
    """The program with this name."""
    truth = TRUTH[name]
    group = "wrong" if truth.check or truth.pending else "right"
    return COURSE / "reference" / EXERCISE / group / "c" / f"{name}.c"
