"""In: a submission of a given exercise; out: seconds in each stage of its check, as one line of JSON.

A process of its own a measurement (`python stages.py EXERCISE FILE`), so that the imports are counted cold. The stages are
those of `grader check`, called one by one: the whole is a little less, as the supervisor starts beside other work.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - the clock comes before everything else
import sys  # noqa: E402
import tempfile  # noqa: E402
from collections.abc import Iterator, Mapping  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from importlib.util import module_from_spec, spec_from_file_location  # noqa: E402
from pathlib import Path  # noqa: E402

import grader.cli.check  # noqa: E402

COMMAND = time.perf_counter()

import pytest  # noqa: E402, F401

import grader.checks.session  # noqa: E402, F401

PYTEST = time.perf_counter()

from grader.box import Box, Command, Tree  # noqa: E402
from grader.checks import Options, grade  # noqa: E402
from grader.evidence import Evidence, EvidenceWriter, load  # noqa: E402
from grader.exercise import draw, find_course, read_submission  # noqa: E402
from grader.explore import Lab  # noqa: E402
from grader.explore.worker import pin  # noqa: E402
from grader.model import Artifact, Event, Exercise, Header, Plan, Report, Submission  # noqa: E402
from grader.report import report_text, result_json  # noqa: E402
from grader.trace import Fair, ticking, trace, traced_calls  # noqa: E402

Figures = dict[str, float]


@contextmanager
def timed(figures: Figures, name: str) -> Iterator[None]:
    """Add the time spent inside to a figure."""
    started = time.perf_counter()
    try:
        yield
    finally:
        figures[name] = figures.get(name, 0.0) + time.perf_counter() - started


class Stored:
    """A laboratory that answers from evidence: what is left of a check then is pytest and the checks themselves."""

    rung = "A"

    def __init__(self, artifact: Artifact, runs: Mapping[str, Evidence]) -> None:
        self._artifact = artifact
        self._runs = runs

    def build(self, submission: Submission) -> Artifact:
        """Nothing is built."""
        del submission
        return self._artifact

    def run(self, artifact: Artifact, plan: Plan, sha256: str = "") -> Evidence:
        """Nothing is run."""
        del artifact, sha256
        return self._runs[plan.name]


def plans_of(exercise: Exercise) -> Mapping[str, Plan]:
    """The plans of an exercise, as its test file declares them."""
    (path,) = Path(exercise.folder).glob("test_*.py")
    spec = spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    plans: Mapping[str, Plan] = module.plans(draw(exercise).parameters)
    return plans


def run_plan(box: Box, artifact: Artifact, plan: Plan, path: Path, figures: Figures) -> Evidence:
    """One plan, stage by stage, in this very process."""
    events: list[Event] = []
    argv = (*artifact.argv, *plan.argv)
    command = Command(argv, artifact.folder, plan.limits, mounts=artifact.mounts, trace_filter=traced_calls())
    with timed(figures, "box: start"):
        tree = box.start(command)
    destroyed = figures.get("box: destroy", 0.0)
    with timed(figures, "tracer"):
        end = trace(tree, argv, plan, Fair(), events.append)
    figures["tracer"] -= figures["box: destroy"] - destroyed
    with (
        timed(figures, "evidence: write"),
        EvidenceWriter(path, Header(argv, artifact.language, plan, box.rung)) as writer,
    ):
        for event in events:
            writer.add(event)
        writer.finish(end)
    figures["events"] = figures.get("events", 0) + len(events)
    with timed(figures, "evidence: load"):
        return load(path)


def in_process(artifact: Artifact, plans: Mapping[str, Plan], folder: Path, figures: Figures) -> Mapping[str, Evidence]:
    """What the supervisor does for each plan."""
    original = Tree.destroy

    def destroy(tree: Tree) -> None:
        with timed(figures, "box: destroy"):
            original(tree)

    Tree.destroy = destroy  # type: ignore[assignment, method-assign] # measured where the tracer calls it
    pin()
    ticking()
    try:
        with Box.open() as box:
            return {
                name: run_plan(box, artifact, plan, folder / f"{name}.jsonl", figures) for name, plan in plans.items()
            }
    finally:
        ticking(on=False)


def main() -> Figures:
    """Grade once, by stages."""
    figures: Figures = {"import: command": COMMAND - BEGAN, "import: pytest, checks": PYTEST - COMMAND}
    exercise = find_course(None).exercise(sys.argv[1])
    submission = read_submission(sys.argv[2], exercise)
    plans = plans_of(exercise)
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as name:
        folder = Path(name)
        with timed(figures, "supervisor: start"):
            lab = Lab.open(folder / "lab")
            assert lab.rung
        with lab:
            with timed(figures, "build"):
                artifact = lab.build(submission)
            with timed(figures, "supervisor: all runs"):
                for plan in plans.values():
                    lab.run(artifact, plan)
            runs = in_process(artifact, plans, folder, figures)
            report = graded(exercise, submission, artifact, runs, figures)
    with timed(figures, "report"):
        report_text(report)
        result_json(report)
    return figures


def graded(
    exercise: Exercise, submission: Submission, artifact: Artifact, runs: Mapping[str, Evidence], figures: Figures
) -> Report:
    """The checks on stored evidence."""

    @contextmanager
    def opener(_folder: str, _rung: str) -> Iterator[Stored]:
        yield Stored(artifact, runs)

    with timed(figures, "pytest and checks"):
        return grade(exercise, submission, Options(), opener=opener)


if __name__ == "__main__":
    print(json.dumps(main()))
