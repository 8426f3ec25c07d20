"""In: how one call of a check ended, and the runs it looked at; out: what that says of the check, in the ledger.

A violation with proof is a failure. An assertion, an exception, a timeout, a finding without proof: each is a fault
of the exercise or of grader, so the check is an error and the student loses nothing; its traceback is kept for who
mends it.
"""

from __future__ import annotations

import traceback
from pathlib import Path

from grader.checks.helpers import Violation
from grader.checks.laboratory import Runs, undecidable
from grader.checks.ledger import Ledger
from grader.checks.proof import proved
from grader.errors import GraderError
from grader.texts import gettext

__all__ = ["Judge"]


class Judge:
    """Writes outcomes into a ledger. `keeps`: evidence files outlive the grading; `log` gathers tracebacks."""

    def __init__(self, ledger: Ledger, keeps: bool) -> None:
        self._ledger = ledger
        self._keeps = keeps
        self.log: list[str] = []

    def returned(self, name: str, runs: Runs) -> None:
        """The function returned: the check has passed one plan, unless it looked away from what proves nothing."""
        hidden = [fault for evidence in runs.used.values() if (fault := undecidable(evidence))]
        if hidden:
            self.raised(name, hidden[0], runs)
        elif not runs.used:
            self._ledger.decide(name, "error", gettext("the check looked at no run, so it proves nothing"))
        else:
            self._ledger.passed(name)

    def raised(self, name: str, fault: BaseException, runs: Runs) -> None:
        """The function, or what prepares it, raised."""
        doubts = [doubt for evidence in runs.used.values() if isinstance(doubt := undecidable(evidence), GraderError)]
        try:
            if doubts:
                raise doubts[0]
            if isinstance(fault, Violation):
                self._ledger.decide(name, "fail", finding=proved(fault.finding, runs.used, self._keeps))
                return
            note = str(fault) if isinstance(fault, GraderError) else _fault_of_author(fault)
        except GraderError as doubt:
            note = str(doubt)
        self.log.append(f"{name}:\n{''.join(_told(fault))}")
        self._ledger.decide(name, "error", note)


def _told(fault: BaseException) -> list[str]:
    """The traceback, without the frames of pytest that called the check."""
    trace = fault.__traceback__
    while trace and trace.tb_next and {"_pytest", "pluggy"} & set(Path(trace.tb_frame.f_code.co_filename).parts):
        trace = trace.tb_next
    return traceback.format_exception(type(fault), fault, trace)


def _fault_of_author(fault: BaseException) -> str:
    """One line on an exception that no check may raise, with the place in the exercise's test where it came up."""
    frames = traceback.extract_tb(fault.__traceback__)
    tests = [frame for frame in frames if Path(frame.filename).name.startswith("test_")]
    place = gettext(" at {path}:{lineno}", path=Path(tests[-1].filename).name, lineno=tests[-1].lineno) if tests else ""
    if isinstance(fault, AssertionError):
        return gettext(
            "a plain assert failed{place}: it proves nothing to a student; use fail() or require() with event numbers",
            place=place,
        )
    first = (str(fault).strip().splitlines() or [""])[0]
    return f"{type(fault).__name__}{place}: {first}"
