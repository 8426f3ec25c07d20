"""In: a few words on how a run went; out: evidence written by hand, and a laboratory that serves it.

Nothing is run: what the checks stage makes of evidence is tested apart from how evidence comes about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from grader.checks import Options, grade
from grader.errors import GraderError
from grader.evidence import Evidence
from grader.exercise import load_exercise, read_submission
from grader.model import Artifact, End, Event, Header, Plan, Report, Source, Submission

EXERCISE = """\
title: One pipe
version: 1
concepts: [pipe]
difficulty: 1
languages: [python, c]
"""


def evidence(plan: Plan, stdout: bytes = b"", **end: object) -> Evidence:
    """A run of four events: it starts, writes what is given, closes its output and exits."""
    events = (
        Event(1, "P0", "start", args={"fds": {"0": "stdin", "1": "stdout", "2": "stderr"}, "argv": ("prog",)}),
        Event(2, "P0", "call", "write", {"fd": 1, "object": "stdout", "count": len(stdout)}, len(stdout), data=stdout,
              source=(Source("prog.c", 7),)),
        Event(3, "P0", "call", "close", {"fd": 1, "object": "stdout"}, 0),
        Event(4, "P0", "exit", args={"code": 0}),
    )  # fmt: skip
    return remade(plan, events, **({"outcome": "exited", "status": 0, "stdout": stdout} | end))


def remade(plan: Plan, events: tuple[Event, ...], **end: object) -> Evidence:
    """A run with other events; `end` are fields of its last line."""
    header = Header(("prog",), "c", plan, "A")
    return Evidence(header, events, End(**({"schedule": "f1"} | end)), f"/evidence/{plan.name}.jsonl")  # type: ignore[arg-type]


@dataclass
class FakeLab:
    """A laboratory that answers each plan with what `serve` makes of it, and remembers what it was asked."""

    serve: Callable[[Plan], Evidence] = evidence
    rung: str = "A"
    build_fault: GraderError | None = None
    runs: list[str] = field(default_factory=list)
    asked: list[tuple[Artifact, str]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    folder: str = ""
    forced: str = ""

    @contextmanager
    def open(self, folder: str, rung: str) -> Iterator[FakeLab]:
        """Be the opener of a grading."""
        self.opened += 1
        self.folder, self.forced = folder, rung
        assert Path(folder).is_dir()
        try:
            yield self
        finally:
            self.closed += 1

    def build(self, submission: Submission) -> Artifact:
        """Nothing is built."""
        if self.build_fault:
            raise self.build_fault
        return Artifact(("/box/prog",), submission.path, submission.language)

    def run(self, artifact: Artifact, plan: Plan, sha256: str = "") -> Evidence:
        """Serve the evidence of a plan."""
        self.runs.append(plan.name)
        self.asked.append((artifact, sha256))
        return self.serve(plan)


def serving(answers: Mapping[str, Evidence | BaseException]) -> Callable[[Plan], Evidence]:
    """Serve by plan name; an exception is raised."""

    def serve(plan: Plan) -> Evidence:
        answer = answers[plan.name]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    return serve


def write_exercise(course: Path, tests: str, name: str = "one-pipe") -> Path:
    """An exercise with this test file in a course; returns its folder."""
    folder = course / "exercises" / name
    folder.mkdir(parents=True)
    (folder / "exercise.yaml").write_text(EXERCISE)
    (folder / f"test_{name.replace('-', '_')}.py").write_text(tests)
    return folder


def write_submission(folder: Path, text: str = "int main(void) { return 0; }\n") -> Path:
    """A submission that is never compiled."""
    path = folder / "prog.c"
    path.write_text(text)
    return path


PLANS = """\
import pytest
from grader import Plan, fail, require

PROOF = {"seen": "it was seen, event 2", "why": "the contract says otherwise", "next": "do it otherwise", "events": [2]}

def plans(parameters):
    return {"small": Plan("small"), "large": Plan("large", stdin=b"x")}

"""
"""How most exercises of these tests begin: two plans, and the words of a finding."""


def graded(
    place: Path, tests: str, lab: FakeLab | None = None, log: list[str] | None = None, **options: object
) -> Report:
    """Grade a submission in a fake laboratory with an exercise that has these checks."""
    exercise = load_exercise(write_exercise(place / "course", PLANS + tests))
    chosen = Options(**({"replay": "grader check prog.c"} | options))  # type: ignore[arg-type]
    told = log.append if log is not None else None
    submission = read_submission(write_submission(place), exercise)
    return grade(exercise, submission, chosen, opener=(lab or FakeLab()).open, log=told)


def outcomes(report: Report) -> dict[str, str]:
    """The checks of a report by id, in order."""
    return {check.id: check.outcome for check in report.checks}
