"""In: a search with a laboratory that only notes what it is asked for; out: what is begun when, and that nothing stays behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import cast

from grader.evidence import Evidence
from grader.explore import Search
from grader.explore.lab import RunNotes
from grader.model import Artifact, Plan

PROGRAM = Artifact("c", ("/box/program",), "/nowhere")


@dataclass
class Notes:
    """A laboratory without any process: every run is the same, with some decisions in it or none."""

    decisions: int
    open: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def begin(self, _artifact: Artifact, plan: Plan, _sha256: str = "", **_how: bool) -> None:
        """As `Lab.begin`: what was begun already is not begun again."""
        if plan.schedule not in self.open:
            self.open.append(plan.schedule)
            self.said.append(f"begin {plan.schedule}")

    def run(self, _artifact: Artifact, plan: Plan, _sha256: str = "") -> Evidence:
        """The same each time, but for its schedule."""
        self.said.append(f"judge {plan.schedule}")
        return cast("Evidence", SimpleNamespace(end=SimpleNamespace(digest=plan.schedule)))

    def notes_of(self, _artifact: Artifact, plan: Plan) -> RunNotes:
        """The fair run has noted no decisions."""
        return RunNotes(decisions=0 if plan.schedule == "fair" else self.decisions)

    def drop(self, _artifact: Artifact, plan: Plan) -> None:
        """Fails for what was not begun."""
        self.open.remove(plan.schedule)


def _schedules(said: list[str], kind: str) -> list[str]:
    return [each.split()[1] for each in said if each.startswith(kind)]


def test_two_schedules_are_begun_before_it_is_known_whether_schedules_differ_at_all() -> None:
    """The second supervisor has something to do at once; the run whose token tells a length waits for the first."""
    lab = Notes(decisions=5)
    others = Search(lab, PROGRAM, Plan("p")).others(6)
    next(others)

    assert lab.said == ["begin r1:0", "begin w1:0.3", "judge r1:0"]
    assert [tried.token for tried in others] == ["w1:0.3", "p1:0.3.5", "w1:1.3", "r1:1", "w1:2.3"]
    assert lab.open == []


def test_when_all_are_begun_the_next_search_begins_before_the_last_is_judged() -> None:
    """No supervisor waits for what is made of the last runs of a plan; the next plan finds its runs made."""
    lab = Notes(decisions=5)
    first, second = Search(lab, PROGRAM, Plan("p")), Search(lab, PROGRAM, Plan("q"))
    for _ in first.others(6, then=lambda: second.ahead(6, seed=16)):
        pass

    assert lab.said.index("begin w1:g.3") < lab.said.index("judge w1:2.3")
    assert lab.open == ["r1:g", "w1:g.3"]
    assert len(list(second.others(6, seed=16))) == 6
    assert _schedules(lab.said, "begin").count("r1:g") == 1


def test_what_was_begun_ahead_and_never_asked_for_is_dropped() -> None:
    """A search may end early, or never come: nothing of it stays with the evidence."""
    lab = Notes(decisions=5)
    search = Search(lab, PROGRAM, Plan("p"))
    search.ahead(6)
    assert len(lab.open) == 2

    search.leave()
    assert lab.open == []

    search.leave()
    assert lab.open == []
