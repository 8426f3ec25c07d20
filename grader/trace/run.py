"""In: a started tree and a plan; out: `Run`, the one mutable picture of a run that the steps of the tracer share."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from dataclasses import field
from types import FrameType
from typing import TYPE_CHECKING

from grader.box import Tree, ptrace
from grader.frozen import dataclass
from grader.kernel import children, descriptor, object_of
from grader.model import Plan, Root, Stimulus
from grader.trace.clock import Clock
from grader.trace.context import World
from grader.trace.names import Objects
from grader.trace.points import Points
from grader.trace.policy import PATIENCE
from grader.trace.recorder import LimitReached, Recorder
from grader.trace.sites import NO_PLACE, Sites
from grader.trace.streams import Streams
from grader.trace.task import Mode, Tracee
from grader.trace.timers import Timers

if TYPE_CHECKING:
    from grader.trace.faults import Faults

TICK = 0.05  # seconds between two looks at a task that runs in its own code
STRETCH = 50_000_000  # nanoseconds: what the virtual clock goes on when a task that ran so long is interrupted


_OUTPUTS = ("stdout", "stderr")


def ticking(*, on: bool = True) -> None:
    """Let a wait for a tracee return every TICK seconds, so that limits are looked at. Called once a supervisor."""

    def tick(_number: int, _frame: FrameType | None) -> None:
        """Do nothing: what matters is that the waiting call returns."""

    signal.signal(signal.SIGALRM, tick)
    signal.setitimer(signal.ITIMER_REAL, TICK if on else 0, TICK)


@dataclass(slots=True)
class Run:
    """Everything that changes while one schedule runs."""

    tree: Tree
    plan: Plan
    recorder: Recorder
    clock: Clock
    streams: Streams
    sites: Sites | None = None
    signals_first: bool = False
    main: str = ""
    faults: Faults | None = None
    objects: Objects = field(init=False)
    tracees: list[Tracee] = field(default_factory=list)
    world: World = field(init=False)
    timers: Timers = field(init=False)
    lost: list[str] = field(default_factory=list)
    steady: bool = True
    begins: dict[str, str] = field(default_factory=dict)
    # The further programs that have not started, and the process of the one whose interpreter is starting.
    roots: list[Root] = field(init=False)
    starting: str = ""
    processes: int = field(init=False)
    threads: dict[str, int] = field(default_factory=dict)
    points: Points = field(default_factory=Points)
    ordered: list[Stimulus] = field(init=False)
    shots: list[Stimulus] = field(init=False)
    idled: int = 0
    told: int = 0
    started: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        """Let decoders ask the model for descriptors."""
        recorder = self.recorder

        def nonblock(task: str, fd: int) -> bool:
            found = descriptor(recorder.state, task, fd)
            return found is not None and found.nonblock

        self.ordered = [stimulus for stimulus in self.plan.stimuli if stimulus.when.state != "step"]
        self.shots = [stimulus for stimulus in self.plan.stimuli if stimulus.when.state == "step"]
        self.roots = list(self.plan.roots)
        self.processes = 1 + len(self.roots)
        self.timers = Timers(self.clock)
        self.objects = Objects(self.tree.places)
        self.world = World(
            self.objects,
            lambda task, fd: object_of(recorder.state, task, fd),
            nonblock,
            lambda: self.clock.now,
            self.clock.reading,
            self.timers.clock_of,
            self._ending,
            self._zombies,
            places=self.tree.places,
        )

    def _ending(self, process: str) -> str:
        found = self.recorder.state.processes.get(process)
        if found is None or found.exit is None:
            return ""
        signal = found.exit.text("signal")
        return f"killed {signal}" if signal else f"exited {found.exit.number('code')}"

    def _zombies(self, process: str) -> tuple[str, ...]:
        return tuple(child.name for child in children(self.recorder.state, process) if child.exit is not None)

    def locate(self, tracee: Tracee, call: str = "", entry: ptrace.Entry | None = None) -> None:
        """Note where a task is in its source: held at a call's entry, or at the delivery of a signal."""
        if self.sites is None:
            return
        begun = tracee.process not in self.begins
        place = self.sites.place(tracee.tid, tracee.process, entry) if begun else NO_PLACE
        self.recorder.places[tracee.name] = (call, place)

    def process_of(self, root: Root) -> str:
        """`P2` for the second further program of the plan."""
        return f"P{self.plan.roots.index(root) + 1}"

    @property
    def programs(self) -> frozenset[str]:
        """The processes as which the plan starts the submission: the first one, and further roots that are no peers."""
        return frozenset({"P0", *(self.process_of(root) for root in self.plan.roots if not root.peer)})

    @property
    def over(self) -> bool:
        """Whether all of these have ended, or never started."""
        awaited = self.programs
        return not any(task.process in awaited for task in self.live())

    def live(self) -> Iterator[Tracee]:
        """The tasks that are not gone, in order of creation."""
        return (tracee for tracee in self.tracees if tracee.mode is not Mode.GONE)

    def siblings(self, tracee: Tracee) -> list[Tracee]:
        """The other live tasks of the same process."""
        return [other for other in self.live() if other.process == tracee.process and other is not tracee]

    def leader(self, process: str) -> Tracee | None:
        """The first thread of a process, if it is not gone."""
        return next((tracee for tracee in self.live() if tracee.name == process), None)

    def others_wait(self, tracee: Tracee) -> bool:
        """Whether anything but this task could go on, now or at some virtual instant."""
        return any(other is not tracee for other in self.live()) or bool(self.timers.armed())

    def stretched(self, tracee: Tracee, used: int) -> None:
        """A task has computed for so long that it is interrupted: where exactly, another run will not repeat."""
        tracee.spun += used
        self.steady = False
        self.clock.now += STRETCH
        self.recorder.idle += PATIENCE

    def drained(self, tracee: Tracee) -> bool:
        """Empty the outputs if this sleeper may wait for that; True if anything came. Raises LimitReached for too much."""
        args = tracee.context.args if tracee.context is not None else {}
        if args.get("object") not in _OUTPUTS and "to_object" not in args:
            return False
        came = self.streams.drain()
        if came:
            self.check_output()
        return came

    def check_wall(self) -> None:
        """Raise LimitReached when even the last resort, real time, is used up."""
        if time.monotonic() - self.started > self.plan.limits.wall:
            raise LimitReached("wall", self.plan.limits.wall)

    def check_output(self) -> None:
        """Raise LimitReached when the program printed more than the plan allows."""
        if self.streams.overflow:
            raise LimitReached("output", self.plan.limits.output)
