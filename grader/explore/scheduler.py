"""In: a schedule; out: the policy that the tracer asks, which notes where it left the fair path: the way to replay any run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zlib import crc32

from grader.errors import DivergedReplay
from grader.explore.choosers import Decision
from grader.explore.picks import Pick
from grader.explore.steered import Anchor, Switch
from grader.explore.tokens import DIGEST, Schedule, base36
from grader.model import Point
from grader.trace import Fair, Scene

_CHECKS = 36**2


class Scheduler:
    """Asks its chooser at every decision; beside it goes the fair policy, which says what would be done without.

    Switches are noted against that fair policy, which goes on from wherever the chooser has led: so few of them describe a run
    with few preemptions, whichever policy made it.
    """

    signals_first = True

    def __init__(self, schedule: Schedule, *, keeps_trail: bool = False) -> None:
        """Only who asks for the trail gets one: it is long."""
        self.schedule = schedule
        self.hurries = schedule.hurries
        self.points: list[Point] | None = [] if keeps_trail else None
        self.decisions = 0
        self.switches: list[Switch] = []
        self.anchors: list[Anchor] = []
        self._moves: dict[int, int] = {}
        self.trail: list[Pick] = []
        self._keeps_trail = keeps_trail
        self._chooser = schedule.chooser()
        self._fair = Fair()
        self._going = 0
        self._sum = 0

    @property
    def token(self) -> str:
        """What names this schedule."""
        return self.schedule.token

    def skip(self, moves: int) -> None:
        """The first task has moved alone: no decision, but counted, as switches go by each task's own count."""
        if moves:
            self._going, self._moves[0] = 0, self._moves.get(0, 0) + moves

    def pick(self, movable: Sequence[int], idle: int, scene: Scene) -> int:
        """Ask, if there is anything to choose."""
        real = movable if movable[0] >= 0 else movable[1:]
        fair = self._fair.pick(real, idle)
        going = self._going if self._going in real else -2
        chosen = fair if len(movable) == 1 else self._choose(movable, fair, going, idle, scene)
        if self._keeps_trail and self.decisions:
            step = scene.step(chosen)
            self.trail.append(Pick(chosen, fair, going, scene.events, tuple(movable), step.task, step.point))
        self._going = chosen
        self._moves[chosen] = self._moves.get(chosen, 0) + 1
        return chosen

    def _choose(self, movable: Sequence[int], fair: int, going: int, idle: int, scene: Scene) -> int:
        self._sum = crc32(b"%d %a" % (scene.events, tuple(movable)), self._sum)
        check = base36(self._sum % _CHECKS).rjust(2, "0")
        nth = self._moves.get(fair, 0)
        chosen = self._chooser.choose(Decision(self.decisions, movable, fair, nth, going, idle, check, scene))
        if chosen != fair:
            self.switches.append(Switch(self.decisions, chosen, check))
            self.anchors.append(Anchor(fair, nth, chosen))
            if chosen >= 0:
                self._fair.follow(chosen, idle)
        self.decisions += 1
        return chosen

    @property
    def trial(self) -> Schedule:
        """The same switches, each by its task's own count: what shortening starts from."""
        return Schedule("t", anchors=tuple(self.anchors), hurries=self.hurries, shots=self.schedule.shots)

    def finished(self, digest: str) -> Schedule:
        """The run is over: the schedule that replays it by its switches. Raises DivergedReplay where it was to be another run."""
        self._chooser.finished(self.decisions)
        expected = self.schedule.digest
        if expected and not digest.startswith(expected):
            raise DivergedReplay(
                f"the run took the recorded way through {self.decisions} decisions, but its events differ from the recorded ones",
                action="a token replays the program, arguments and input that it was made with",
            )
        return replace(self.schedule, kind="x", numbers=(), switches=tuple(self.switches), digest=digest[:DIGEST])
