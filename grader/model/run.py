"""In: one program, one finished run; out: `Artifact` (how to start it), `Header` and `End` (of its evidence)."""

from __future__ import annotations

from grader.frozen import dataclass
from grader.model.plan import Plan


@dataclass(frozen=True, slots=True)
class Artifact:
    """How to start a built program.

    `argv` is the command inside the box, program first. `folder` is the folder outside that becomes the program's
    read-only home `/box`. `language` is `c`, `python` or `any`. `main` is the path (inside) whose opening ends an interpreter's
    start-up; empty for machine code. `mounts` are further folders the program needs, at their own paths. `peers` is
    the folder with the peers of its exercise and those that all exercises share; empty: it has none of its own.
    """

    argv: tuple[str, ...]
    folder: str
    language: str
    main: str = ""
    mounts: tuple[str, ...] = ()
    peers: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """First line of an evidence file: what was run. Nothing here depends on time, place or load."""

    program: tuple[str, ...]
    language: str
    plan: Plan
    rung: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Residue:
    """An object that outlives the run: type is shm, semaphore, queue, fifo, socket, file, sysv-shm, sysv-sem or sysv-msg."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class End:
    """Last line of an evidence file: how the run ended.

    outcome: `exited` (`status` 0-255) · `signalled` (`signal`) · `deadlock` · `blocked` · `limit` (`limit` names which) —
    all of the root process. `complete` is False when evidence was lost; `lost` says how. `schedule` is the token that
    replays the run. `stdout` and `stderr` hold what came out (cut only by the output limit). `digest` is the
    SHA-256 of the event lines. `steady` is False after user-space spinning that had to be interrupted.
    """

    outcome: str
    status: int | None = None
    signal: str = ""
    limit: str = ""
    complete: bool = True
    lost: tuple[str, ...] = ()
    steady: bool = True
    schedule: str = "f1"
    stdout: bytes = b""
    stderr: bytes = b""
    residue: tuple[Residue, ...] = ()
    digest: str = ""
    events: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """The `step`-th scheduling point of a process since its program began; `events` were then on record.

    `point` and `call` are those of `grader.trace.Step`, or `asleep` inside a call; `object` is what the call is about.
    """

    process: str
    step: int
    point: str
    call: str = ""
    object: str = ""
    events: int = 0
