"""In: a program and a number of preemptions; out: every schedule with at most so many, but one of those that differ in nothing.

Stateless search with dynamic partial-order reduction (Flanagan and Godefroid, POPL 2005): each run is asked for its races, and for
each race the other order is tried. With a bound on preemptions (CHESS: Musuvathi and Qadeer, PLDI 2007) a race may need a
switch further back where it costs nothing; such points are added as Coons, Musuvathi and McKinley do (OOPSLA 2013). A task
that only asks in vain gives way as under the fair policy; to keep it going counts as a preemption, so loops that poll end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from grader.errors import CannotDecide
from grader.explore.picks import Pick
from grader.explore.races import races, transitions
from grader.explore.search import Search, Tried
from grader.explore.steered import Switch
from grader.explore.tokens import Schedule
from grader.frozen import dataclass

__all__ = ["Exhaustive"]


@dataclass(slots=True)
class _Node:
    """One decision on the present way: who could move, who has been tried there, who is still to be."""

    movable: tuple[int, ...]
    fair: int
    going: int
    used: int
    chosen: int
    done: set[int] = field(default_factory=set)
    todo: set[int] = field(default_factory=set)

    def cost(self, order: int) -> int:
        """1 if that takes the processor from a task that could go on."""
        return int(order != self.fair and self.going != -2)


class Exhaustive:
    """One search. `reduced=False` tries every choice at every decision: for checking the reduction, and where it cannot see."""

    def __init__(self, search: Search, preemptions: int | None = None, *, reduced: bool = True) -> None:
        """`preemptions` None: without a bound."""
        self._search = search
        self._bound = preemptions
        self._reduced = reduced
        self._nodes: list[_Node] = []
        self._cut = False
        self.exhausted = False
        self.tried = 0

    @property
    def complete(self) -> bool:
        """Whether every schedule was tried, or one that differs from it in nothing: also no more preemptions would show more."""
        return self.exhausted and not self._cut

    @property
    def coverage(self) -> str:
        """What was covered, in words."""
        runs = f"{self.tried:,} schedule{'s' if self.tried != 1 else ''}"
        if self.complete:
            return f"{runs}, complete"
        if self.exhausted:
            return f"{runs}, all up to {self._bound} preemption{'s' if self._bound != 1 else ''}"
        return f"{runs}, not all"

    def runs(self, most: int) -> Iterator[Tried]:
        """The runs, at most `most`. Raises CannotDecide when the program does not repeat itself."""
        while self.tried < most:
            tried = self._search.told(self._token())
            self.tried += 1
            self._learn(tried)
            yield tried
            if not self._turn():
                self.exhausted = True
                return

    def _token(self) -> str:
        switches = (Switch(at, node.chosen) for at, node in enumerate(self._nodes) if node.chosen != node.fair)
        return Schedule("x", switches=tuple(switches)).token

    def _turn(self) -> bool:
        """Go back to the last decision at which something is still to be tried, and choose that. False: there is none."""
        while self._nodes:
            node = self._nodes[-1]
            waiting = sorted(node.todo - node.done)
            node.done.update(waiting[:1])
            if waiting and self._bound is not None and node.used + node.cost(waiting[0]) > self._bound:
                self._cut = True
            elif waiting:
                node.chosen = waiting[0]
                return True
            else:
                self._nodes.pop()
        return False

    def _learn(self, tried: Tried) -> None:
        """Add the decisions that are new, and note at each decision what else is to be tried."""
        trail = tried.notes.trail
        places = [number for number, pick in enumerate(trail) if len(pick.movable) > 1]
        for at, number in enumerate(places):
            pick = trail[number]
            if at < len(self._nodes):
                node = self._nodes[at]
                if (node.movable, node.chosen) != (pick.movable, pick.chosen):
                    raise CannotDecide(
                        f"the program does not repeat itself: decision {at} has changed", where=tried.token
                    )
            else:
                self._nodes.append(self._new(pick))
        if self._reduced:
            self._reverse_races(tried, {number: self._nodes[at] for at, number in enumerate(places)})
        else:
            for node in self._nodes:
                node.todo.update(node.movable)

    def _new(self, pick: Pick) -> _Node:
        before = self._nodes[-1] if self._nodes else None
        used = before.used + before.cost(before.chosen) if before is not None else 0
        return _Node(pick.movable, pick.fair, pick.going, used, pick.chosen, {pick.chosen})

    def _reverse_races(self, tried: Tried, nodes: dict[int, _Node]) -> None:
        trail = tried.notes.trail
        for race in races(transitions(trail, tried.evidence)):
            self._add(nodes.get(race.first), race.through)
            if self._bound is not None:
                self._add(nodes.get(_block_start(trail, race.first)), race.through)

    def _add(self, node: _Node | None, through: frozenset[int]) -> None:
        """Try one that leads to the other order; if none of these can move, all that can."""
        if node is None:
            return
        able = through & set(node.movable)
        if not able or self._bound is not None:
            node.todo.update(able or node.movable)
        elif not able & (node.todo | node.done):
            node.todo.add(min(able))


def _block_start(trail: Sequence[Pick], number: int) -> int:
    """Where the task that took this step was switched to."""
    while number > 0 and trail[number - 1].chosen == trail[number].chosen:
        number -= 1
    return number
