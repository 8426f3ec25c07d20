"""In: what one run is to be; out: `Plan` with its stimuli and limits, data only: no clock, no callback."""

from __future__ import annotations

from dataclasses import field

from grader.frozen import dataclass
from grader.model.fault import Fault


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends a run that does not end by itself.

    `events` counts events; `idle` consecutive calls that changed nothing while nothing else could move; `cpu` seconds
    of user time without a traced call; `output` bytes on stdout and stderr together; `tasks` processes and threads alive
    at once, `births` made in all; `memory` bytes (where the box has a memory cgroup); `wall` seconds, the last resort only.
    """

    events: int = 600_000
    idle: int = 20_000
    cpu: float = 2.0
    output: int = 1 << 20
    tasks: int = 64
    births: int = 2_000
    memory: int = 512 << 20
    wall: float = 300.0


@dataclass(frozen=True, slots=True)
class When:
    r"""A named state of the run: it holds or it does not, whatever the time.

    state: `blocked` (the process sleeps in `call`, any call if empty) · `started` · `exited` · `printed` (stdout holds
    the text `call`) · `quiet` (every task sleeps or is gone) · `step` (the process has come to its `step`-th scheduling point
    since its program began, docs/schedules.md; 0: it has just begun) · `exists` (something has the path or name `call`: a FIFO,
    a socket, a queue `/NAME`) · `listening` (a socket bound to the address `call` was listened on). A path that does not begin
    with `/` is one below the home, in which programs start. `process` is `P0`, `P1`, …, or the name of a further root; ignored
    for quiet, printed, exists and listening.
    Whatever the state, stdout must also hold the text `printed`, if that is not empty: `When("quiet", printed="ready\n")`
    is the instant at which the program has said that it is ready and nothing in it moves any more.
    """

    state: str
    process: str = "P0"
    call: str = ""
    printed: str = ""
    step: int = 0


@dataclass(frozen=True, slots=True)
class Stimulus:
    """One action from outside, done as soon as `when` holds (each stimulus once, in order; those at a `step` each by itself).

    action: `signal` (args: signal name, to process) · `write` (data to stdin) · `close` (stdin).
    """

    when: When
    action: str
    signal: str = ""
    process: str = "P0"
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class Root:
    """A further program of the run, started beside the first one and unrelated to it: no parent, child or sibling that waits.

    `name` is the plan's word for it (small letters, digits, `-`). It is the submission's own program, unless `peer` names a file
    of the exercise's peers (docs/peers.md): a trusted program, about which no rule speaks. `argv` are its arguments. It finds
    `stdin` whole in its own input, and then the end of it. It starts as soon as `when` holds (None: at the beginning, before any
    program takes a step of its own), those that could start at one instant in the order of the plan.
    """

    name: str
    argv: tuple[str, ...] = ()
    peer: str = ""
    stdin: bytes = b""
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One execution, declared as data.

    `argv` are the arguments after the program's name. `stdin` is written before the program starts; the outside end is then
    closed, unless `stdin_open`, or stimuli write more and close it. `schedule` is `fair` or a token.
    `pipe_capacity` is the size in bytes of every pipe that the program makes (0: the kernel's default, 65,536). The kernel too
    gives less to a user who has many pipes, 4,096 at worst (pipe(7)): ask for it only where the statement speaks of capacity.
    `anytime` are signals without which the fair run is made. A search makes further runs, in each of which one of them comes: at
    any step of its process at which `when` has held, which is `started`, or `printed` with a text.
    `faults` are what the kernel is to refuse or cut short in this run (docs/faults.md).
    `roots` are further programs of the same run. The processes P1, P2, … are theirs, in the order of the plan, whenever they start;
    the children of all have the numbers after them.
    """

    name: str
    argv: tuple[str, ...] = ()
    stdin: bytes = b""
    stdin_open: bool = False
    stimuli: tuple[Stimulus, ...] = ()
    limits: Limits = field(default_factory=Limits)
    schedule: str = "fair"
    pipe_capacity: int = 0
    anytime: tuple[Stimulus, ...] = ()
    faults: tuple[Fault, ...] = ()
    roots: tuple[Root, ...] = ()
