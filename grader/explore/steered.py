"""In: a few switches; out: a policy that goes on fairly and switches at exactly these decisions: a replay, or a trial of one."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import DivergedReplay
from grader.explore.choosers import Decision
from grader.frozen import dataclass

_NAMES = {-1: "time"}


@dataclass(frozen=True, slots=True)
class Switch:
    """At decision `at` (from 0) the task `order` moves instead of the one whose turn it is. `check` is empty in a trial."""

    at: int
    order: int
    check: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Before task `of` moves for the `nth` time (from 0), `order` moves instead: still there when other switches are left out."""

    of: int
    nth: int
    order: int


class Steered:
    """Fair but for its switches: exactly these, or DivergedReplay."""

    def __init__(self, switches: Sequence[Switch]) -> None:
        """A switch without a check is only refused when its task cannot move."""
        self._switches = {switch.at: switch for switch in switches}
        self._last = max(self._switches, default=-1)

    def choose(self, decision: Decision) -> int:
        """The switch of this decision, or the fair choice."""
        switch = self._switches.get(decision.number)
        if switch is None:
            return decision.fair
        if switch.check and switch.check != decision.check:
            raise _diverged(
                f"before decision {decision.number} ({_choice(decision)}) the run went another way than the one that was recorded",
                decision.scene.events,
            )
        if switch.order in decision.movable:
            return switch.order
        able = ", ".join(_name(decision, order) for order in decision.movable)
        raise _diverged(
            f"at decision {decision.number} task {switch.order} cannot move, only {able}", decision.scene.events
        )

    def finished(self, decisions: int) -> None:
        """Raises DivergedReplay when the run ended before its last switch."""
        if decisions <= self._last:
            raise _diverged(
                f"the run has ended after {decisions} decisions; a switch was to come at decision {self._last}"
            )


class Trial:
    """Fair but for those of its switches that are possible: what a shorter schedule is tried with."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        """Several switches at the same place come one after the other."""
        self._anchors: dict[tuple[int, int], list[int]] = {}
        for anchor in anchors:
            self._anchors.setdefault((anchor.of, anchor.nth), []).append(anchor.order)

    def choose(self, decision: Decision) -> int:
        """The switch that belongs here, if its task can move."""
        waiting = self._anchors.get((decision.fair, decision.nth))
        if not waiting:
            return decision.fair
        order = waiting.pop(0)
        return order if order in decision.movable else decision.fair

    def finished(self, decisions: int) -> None:
        """Any number of decisions is right."""


def _name(decision: Decision, order: int) -> str:
    return _NAMES.get(order) or f"{order} ({decision.scene.step(order).task})"


def _choice(decision: Decision) -> str:
    """What each task would do that can move here: `P0 before write, P1 in its own code`."""
    return ", ".join(_would(decision, order) for order in decision.movable)


def _would(decision: Decision, order: int) -> str:
    if order in _NAMES:
        return "a sleep that may end"
    step = decision.scene.step(order)
    ways = {"entry": f"before {step.call}", "inside": f"inside {step.call}", "signal": f"before {step.call}"}
    return f"{step.task} {ways.get(step.point, 'at its end' if step.point == 'end' else 'in its own code')}"


def _diverged(fault: str, events: int = 0) -> DivergedReplay:
    where = f"after event {events}" if events else ""
    return DivergedReplay(
        fault, where=where, action="a token replays the program, arguments and input that it was made with"
    )
