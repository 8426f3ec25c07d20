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
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import field
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from grader.batch.crew import HELD
from grader.batch.job import Graded, Job, RunEnd
from grader.box.linux import die_with_parent
from grader.checks import Options, grade
from grader.errors import GraderError, UsageError
from grader.evidence import Evidence
from grader.evidence.codec import from_json, to_json
from grader.exercise import draw, load_course, read_reference, read_submission, write_workspace
from grader.explore import FAIR, Lab, RunNotes
from grader.frozen import dataclass
from grader.model import Artifact, Plan, Submission, Variant

MOST_WORDS = 200


@dataclass(slots=True)
class _Watched:
    """A laboratory that remembers how the fair runs of one grading ended."""

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
        evidence = self.lab.run(artifact, plan, sha256)
        if plan.schedule == FAIR:
            self.runs[plan.name] = evidence
        return evidence

    def begin(
        self,
        artifact: Artifact,
        plan: Plan,
        sha256: str = "",
        *,
        durable: bool = True,
        trail: bool = False,
        lines: bool = True,
    ) -> None:
        """As the laboratory behind begins."""
        self.lab.begin(artifact, plan, sha256, durable=durable, trail=trail, lines=lines)

    def notes_of(self, artifact: Artifact, plan: Plan) -> RunNotes:
        """As the laboratory behind has noted."""
        return self.lab.notes_of(artifact, plan)

    def drop(self, artifact: Artifact, plan: Plan) -> None:
        """As the laboratory behind drops."""
        self.lab.drop(artifact, plan)

    def open(self, _folder: str, _rung: str) -> AbstractContextManager[_Watched]:
        """Be the opener of a grading; what is handed over stays open."""
        return nullcontext(self)


class _Bell:
    """The request to end (SIGTERM): it interrupts a grading, but not the start of a laboratory, which nobody could close."""

    def __init__(self) -> None:
        """Listen from now on."""
        self.rung = False
        self._deaf = False
        signal.signal(signal.SIGTERM, self._ring)

    def _ring(self, _number: int, _frame: FrameType | None) -> None:
        self.rung = True
        if not self._deaf:
            raise KeyboardInterrupt

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Go on with this first, and be interrupted after it."""
        self._deaf = True
        try:
            yield
        finally:
            self._deaf = False
        if self.rung:
            raise KeyboardInterrupt


class _Bench:
    """One laboratory for many programs; after a doubtful grading it is replaced."""

    def __init__(self, folder: Path, bell: _Bell) -> None:
        self._folder = folder
        self._bell = bell
        self._lab: Lab | None = None

    def grade(self, job: Job) -> Graded:
        """Grade one program. A fault that grader explains becomes the answer."""
        with self._bell.unheard():
            self._lab = self._lab or Lab.open(self._folder)
        watched = _Watched(self._lab)
        try:
            variant = draw(load_course(job.course).exercise(job.exercise), job.seed or None)
            submission = _submission(job, variant, self._folder)
            report = grade(variant.exercise, submission, Options(seed=job.seed, budget=job.budget), opener=watched.open)
            graded = Graded(job, report, tuple(_ends(watched.runs)))
        except UsageError as fault:
            graded = Graded(job, None, fault=fault.fault, usage=True, where=fault.where, action=fault.action)
        except GraderError as fault:
            graded = Graded(job, None, fault=str(fault))
        if graded.report is None or graded.doubt:
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


def main() -> int:
    """Serve until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    die_with_parent(int(sys.argv[1]), signal.SIGTERM)
    os.sched_setaffinity(0, {int(sys.argv[2])})
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever prints while a program is graded does not speak to the crew
    with TemporaryDirectory(prefix="grader-") as folder:
        bell = _Bell()
        bench = _Bench(Path(folder), bell)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
            for line in sys.stdin:
                graded = bench.grade(from_json(Job, json.loads(line)))
                if bell.rung:
                    break
                answers.write(json.dumps(to_json(graded)) + "\n")
                answers.flush()
        except (KeyboardInterrupt, BrokenPipeError):
            pass
        finally:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
