"""In: a laboratory and plans; out: the evidence of each plan, run at most once, and never when it proves nothing.

Checks know the laboratory only by the small protocol here, so they are tested with evidence written by hand.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from grader.checks.helpers import Violation
from grader.errors import CannotDecide, GraderError, UsageError
from grader.evidence import Evidence
from grader.model import Artifact, Finding, Plan, Submission

if TYPE_CHECKING:
    from grader.explore import Search

__all__ = [
    "Bench",
    "Eager",
    "Laboratory",
    "Opener",
    "Runs",
    "make_folder",
    "open_laboratory",
    "undecidable",
    "uninterrupted",
]


NONSENSE = 2
"""The exit status of a peer that was told what it cannot do."""


class Laboratory(Protocol):
    """What turns a plan into evidence."""

    @property
    def rung(self) -> str:
        """How strong the box is on this machine: A, A- or C."""

    def build(self, submission: Submission) -> Artifact:
        """Make the program startable. Raises BuildFailed with the compiler's words."""

    def run(self, artifact: Artifact, plan: Plan, sha256: str = "") -> Evidence:
        """One execution, its evidence marked with the digest of the submission. Raises CannotDecide when none was possible."""


@runtime_checkable
class Eager(Protocol):
    """What a laboratory can besides, if it works on what will be asked for while its user does something else.

    Only methods: to ask a laboratory for its rung, as a test for a property would, is to wait for its answer.
    """

    def prepare(self, submission: Submission) -> None:
        """Begin to build; `build` will ask for it."""

    def begin(self, artifact: Artifact, plan: Plan, sha256: str = "") -> None:
        """Begin a run; `run` will ask for it, or nobody will."""

    def widen(self) -> None:
        """Make ready for a search, whose runs can be made side by side."""


Opener = Callable[[str, str], AbstractContextManager[Laboratory]]
"""Opens a laboratory for a folder that keeps the evidence and a rung to force (empty: the strongest there is)."""


def open_laboratory(folder: str, rung: str) -> AbstractContextManager[Laboratory]:
    """The laboratory of this machine. Imported late: nothing else needs the tracer."""
    from grader.explore import Lab

    return Lab.open(Path(folder), force_rung=rung)


def make_folder(folder: str) -> None:
    """Make the folder that keeps evidence. Raises UsageError."""
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise UsageError(f"cannot be made: {fault.strerror}", where=folder, action="choose another folder") from None


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Leave no process behind because Ctrl-C was pressed twice; only the main thread may say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)


class Bench:
    """One built submission in a laboratory: hands out the evidence of its plans and remembers every answer.

    A plan is run once, whether it gave evidence or a fault: a second try that ends otherwise would hide the first.
    """

    def __init__(
        self,
        laboratory: Laboratory,
        artifact: Artifact,
        sha256: str,
        plans: Sequence[Plan] = (),
        then: Callable[[Bench], None] | None = None,
    ) -> None:
        """`plans` are those that will probably be asked for, in this order; `then` is called once the first is over."""
        self._laboratory = laboratory
        self._plans = plans
        self._then = then
        self._artifact = artifact
        self._sha256 = sha256
        self._evidence: dict[Plan, Evidence] = {}
        self._faults: dict[Plan, GraderError] = {}
        self._lost = ""

    @property
    def searches(self) -> bool:
        """Whether its laboratory can try one schedule after the other."""
        from grader.explore import Runner

        return isinstance(self._laboratory, Runner)

    def search(self, plan: Plan) -> Search:
        """A search over the schedules of a plan. Raises CannotDecide where only given evidence is judged."""
        from grader.explore import Runner, Search

        if not isinstance(self._laboratory, Runner):
            raise CannotDecide("this laboratory makes no runs", where=plan.name)
        return Search(self._laboratory, self._artifact, plan, self._sha256)

    @property
    def runs(self) -> int:
        """How many runs gave evidence."""
        return len(self._evidence)

    @property
    def files(self) -> dict[str, str]:
        """For each plan that gave evidence the name of its file."""
        return {plan.name: Path(evidence.path).name for plan, evidence in self._evidence.items()}

    def evidence(self, plan: Plan) -> Evidence:
        """The evidence of a plan. Raises the fault that its only run met."""
        if plan in self._faults:
            raise self._faults[plan]
        if plan not in self._evidence:
            self._evidence[plan] = self._run(plan)
        return self._evidence[plan]

    def _run(self, plan: Plan) -> Evidence:
        if self._lost:
            raise CannotDecide(f"the laboratory was lost in the run {self._lost}", where=plan.name)
        try:
            self._look_ahead(plan)
            return self._laboratory.run(self._artifact, plan, self._sha256)
        except GraderError as fault:
            self._faults[plan] = fault
            raise
        except BaseException:  # an interrupt in the middle of the exchange: its next answer could belong to this run
            self._lost = plan.name
            raise

    def _look_ahead(self, plan: Plan) -> None:
        """Let the next run be made while this one is judged; where one had to be ended by a limit, waste no more time."""
        if isinstance(self._laboratory, Eager) and all(run.outcome != "limit" for run in self._evidence.values()):
            known = {plan, *self._evidence, *self._faults}
            others = [other for other in self._plans if other not in known]
            for each in (plan, *others[:1]):
                self._laboratory.begin(self._artifact, each, self._sha256)
            if (self._evidence or not others) and (then := self._then):
                self._then = None
                then(self)


class Source(Protocol):
    """Where the evidence of a plan comes from."""

    def evidence(self, plan: Plan) -> Evidence:
        """The evidence of a plan. Raises the fault that its run met."""


class Runs(Mapping[str, Evidence]):
    """The runs of one check by plan name. A run is made when it is first looked at.

    `used` remembers each run the check has looked at. Looking at a run that proves nothing raises: the check cannot
    pass.
    """

    def __init__(self, source: Source, plans: Mapping[str, Plan]) -> None:
        self._source = source
        self._plans = plans
        self.used: dict[str, Evidence] = {}

    def __getitem__(self, name: str) -> Evidence:
        """The evidence of the plan `name`. Raises KeyError, CannotDecide, or Violation (the program hid itself)."""
        plan = self._plans[name]
        evidence = self.used[name] = self._source.evidence(plan)
        if fault := undecidable(evidence):
            raise fault
        return evidence

    def __iter__(self) -> Iterator[str]:
        return iter(self._plans)

    def __len__(self) -> int:
        return len(self._plans)

    def __repr__(self) -> str:
        return f"<Runs {', '.join(self._plans)}>"


def undecidable(evidence: Evidence) -> CannotDecide | Violation | None:
    """Why this evidence decides nothing, or that the program itself hid from the record, or None: it can be judged."""
    end, name = evidence.end, evidence.header.plan.name
    if end.outcome == "limit" and end.limit == "wall":
        return CannotDecide(
            "the run met the limit on wall time, which proves nothing",
            where=name,
            action="grade again on a machine that is less busy",
        )
    if end.complete:
        return _told_nonsense(evidence)
    refused = [event for event in evidence.events if event.args.get("refused") is True]
    if refused:
        first = refused[0]
        return Violation(
            Finding(
                seen=f"{first.task} called {first.call}, which was refused, event {first.n}",
                why="this call would hide the program from the grader, and a part of the run is not on record",
                next=f"remove the call of {first.call}: no task of this course needs it",
                events=tuple(event.n for event in refused[:3]),
                run=name,
            )
        )
    lost = "; ".join(end.lost) or "a part of it is missing"
    return CannotDecide(
        f"the record of this run is incomplete: {lost}",
        where=name,
        action="this is no fault of the submission; grade again and tell who runs the grader",
    )


def _told_nonsense(evidence: Evidence) -> CannotDecide | None:
    """A peer that could not do its part proves nothing about the submission (docs/peers.md: it ends with 2)."""
    for name, program in evidence.programs.items():
        if program.name in evidence.peers and program.exit_status == NONSENSE:
            return CannotDecide(
                f"the peer {name} could not do what the plan told it",
                where=evidence.header.plan.name,
                action="this is a fault of the exercise; tell its author",
            )
    return None
