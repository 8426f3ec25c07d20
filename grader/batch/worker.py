"""In: jobs as JSON lines on stdin; out: what came of each as JSON lines on stdout; one laboratory serves all of them.

Started by a `Crew` as `python -m grader.batch.worker CPU`. It keeps to one processor together with everything it runs, so
that workers side by side do not disturb each other, and ends when stdin does or when whoever started it is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from grader.batch.job import Graded, Job, RunEnd
from grader.box.linux import die_with_parent
from grader.checks import Options, grade
from grader.errors import GraderError
from grader.evidence import Evidence
from grader.evidence.codec import from_json, to_json
from grader.exercise import draw, load_course, read_reference, read_submission, write_workspace
from grader.explore import Lab
from grader.model import Artifact, Plan, Submission, Variant

MOST_WORDS = 200


@dataclass(slots=True)
class _Watched:
    """A laboratory that remembers how the runs of one grading ended."""

    lab: Lab
    runs: dict[str, Evidence] = field(default_factory=dict)

    @property
    def rung(self) -> str:
        """The rung of the laboratory behind."""
        return self.lab.rung

    def build(self, submission: Submission) -> Artifact:
        """As the laboratory behind builds."""
        return self.lab.build(submission)

    def run(self, artifact: Artifact, plan: Plan, sha256: str = "") -> Evidence:
        """As the laboratory behind runs."""
        evidence = self.runs[plan.name] = self.lab.run(artifact, plan, sha256)
        return evidence

    def open(self, _folder: str, _rung: str) -> AbstractContextManager[_Watched]:
        """Be the opener of a grading; what is handed over stays open."""
        return nullcontext(self)


class _Bench:
    """One laboratory for many programs; after a doubtful grading it is replaced."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lab: Lab | None = None

    def grade(self, job: Job) -> Graded:
        """Grade one program. A fault that grader explains becomes the answer."""
        if self._lab is None:
            self._lab = Lab.open(self._folder)
        watched = _Watched(self._lab)
        try:
            variant = draw(load_course(job.course).exercise(job.exercise), job.seed or None)
            submission = _submission(job, variant, self._folder)
            report = grade(variant.exercise, submission, Options(seed=job.seed), opener=watched.open)
            graded = Graded(job, report, tuple(_ends(watched.runs)))
        except GraderError as fault:
            graded = Graded(job, None, fault=str(fault))
        if graded.doubt:
            self.close()
        else:
            self._lab.forget()
        return graded

    def close(self) -> None:
        """End the laboratory."""
        if self._lab is not None:
            self._lab.close()
            self._lab = None


def _submission(job: Job, variant: Variant, folder: Path) -> Submission:
    """The program as if a student had handed it in."""
    if job.path:
        return read_reference(variant, Path(job.course, "reference", job.exercise, job.path))
    with TemporaryDirectory(dir=folder) as place:
        _, stub, _ = write_workspace(variant, place, job.language)
        return read_submission(Path(place, stub), variant.exercise)


def _ends(runs: dict[str, Evidence]) -> Iterator[RunEnd]:
    for plan, evidence in runs.items():
        end = evidence.end
        last = (end.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        yield RunEnd(plan, end.outcome, end.status, end.signal, last[:MOST_WORDS])


def _end(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Serve until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _end)
    die_with_parent(int(sys.argv[1]), signal.SIGTERM)
    os.sched_setaffinity(0, {int(sys.argv[2])})
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever prints while a program is graded does not speak to the crew
    with TemporaryDirectory(prefix="grader-") as folder:
        bench = _Bench(Path(folder))
        try:
            for line in sys.stdin:
                answers.write(json.dumps(to_json(bench.grade(from_json(Job, json.loads(line))))) + "\n")
                answers.flush()
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
