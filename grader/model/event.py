"""In: what the kernel did at one instant; out: `Event`, the atom of all evidence.

An event is symbolic: processes are P0, P1, …, threads P1.1, pipes `pipe A`, so that the same program, plan and
schedule give the same events on every machine. The kinds:

=========== =========================================================================================
start       a program exists that no other has made: the first one (always event 1), or a further one of the plan.
            args: fds {number: object}, argv, pid; of a further one also root (its name), input, peer
call        a traced call has returned (or, for exit and exec, has had its effect)
block       a task sleeps inside a call that has not returned; the later `call` event ends it
signal      a signal was delivered. args: signal, action (handler|default|ignore|stop|continue), origin
begin       the program's own code begins (the interpreter's start-up is over)
exit        a process or thread is gone. args: code, or signal
stopped     a task was stopped by job control; `continued` when it goes on
stimulus    the plan acted from outside. args: action (signal|write|close), and signal, target or object
missed      a fault of the plan never came. args: fault, why
limit       a limit ended the run. args: limit, value
deadlock    the proof: args: waits, a tuple of {task, call, object, providers} in words
unstarted   a further program never started. args: root (its name), process
left        an object outlives the run. args: type, name
=========== =========================================================================================

Calls that make a task (`fork`, `vfork`, `clone`) are one event each, emitted at the instant the child exists, with
args: child, thread (bool), shares (list of what clone's flags share: "fd table", "memory", …), pid.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from grader.frozen import dataclass

Arg: TypeAlias = "int | str | bool | tuple[Arg, ...] | Mapping[str, Arg] | None"
Args: TypeAlias = Mapping[str, Arg]


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the submission's own source: file name as the student knows it, line from 1.

    In a finding, `event` is the number of the event that comes from there (0: not said).
    """

    file: str
    line: int
    event: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """One instant of a run.

    `n` counts from 1 without holes. `task` is `P0`, `P1.1` or `outside`. `result` is the call's return value, or
    None where it is meaningless (never returned, a pid: see args). `error` is the errno name of a failed call.
    `data` are the payload bytes that moved (read, written, sent, received), whole unless args has `cut`.
    `time` is virtual, in nanoseconds since the start of the run. `source` is the innermost line of the submission's own files
    that the event comes from (empty: not known), `function` the function of a library that was called there, or that a signal
    interrupted. Both are read from memory that the program can write: they help a person and prove nothing.
    """

    n: int
    task: str
    kind: str
    call: str = ""
    args: Args = field(default_factory=dict)
    result: int | None = None
    error: str = ""
    data: bytes | None = None
    time: int = 0
    source: tuple[Source, ...] = ()
    function: str = ""

    @property
    def process(self) -> str:
        """The process that the task belongs to: `P1` for `P1` and `P1.2`."""
        return self.task.partition(".")[0]

    @property
    def failed(self) -> bool:
        """Whether the call returned an error to the program."""
        return bool(self.error)

    def text(self, name: str, default: str = "") -> str:
        """The argument `name` if it is a string, else `default`."""
        value = self.args.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int = -1) -> int:
        """The argument `name` if it is a number, else `default`."""
        value = self.args.get(name, default)
        return value if isinstance(value, int) else default

    def texts(self, name: str) -> tuple[str, ...]:
        """The argument `name` as a tuple of its strings (empty when absent)."""
        value = self.args.get(name, ())
        return tuple(item for item in value if isinstance(item, str)) if isinstance(value, tuple) else ()
