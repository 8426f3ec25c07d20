"""In: a course, ids of exercises; out: every fault in them as `Linted`, the written ones first, then those of runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

from grader.batch.crew import Crew
from grader.batch.job import Graded, jobs_of, other_seed, proof_seeds
from grader.batch.lint.constraints import constraint_faults
from grader.batch.lint.desk import Desk, sit_down
from grader.batch.lint.fault import Fault
from grader.batch.lint.files import course_faults, file_faults
from grader.batch.lint.proofs import proof_faults
from grader.batch.lint.runs import run_faults
from grader.batch.lint.texts import text_faults
from grader.batch.lint.translations import translation_faults
from grader.batch.lint.variants import variant_faults
from grader.exercise import Course
from grader.frozen import dataclass

__all__ = ["Linted", "graded_in", "lint"]

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Linted:
    """What lint says of one exercise. `doubts` say which programs could not be graded, and why; `gradings` and `variants` count."""

    exercise: str
    faults: tuple[Fault, ...]
    doubts: tuple[str, ...] = ()
    checks: int = 0
    gradings: int = 0
    variants: int = 0


def lint(
    course: Course, ids: tuple[str, ...], crew: Crew | None, tell: Tell, here: Path | None = None, variants: int = 0
) -> Iterator[Linted]:
    """Judge exercises one after the other; without a crew no program is run. `tell` hears of the progress.

    Files are called as from the folder `here`, by default the course's. Where all exercises are judged, so is what lies beside
    them; that stands under the name `course`, if there is a fault. `variants`: the programs are graded in that many drawn variants
    and in those at the limits of the parameters, as strictly as in the default one; without it loosely in one more variant.
    """
    beside = tuple(course_faults(course, here or Path(course.folder))) if set(ids) >= set(course.ids) else ()
    if beside:
        yield Linted("course", beside)
    for name in ids:
        tell(f"{name}: reading")
        desk = sit_down(course, name, here)
        if isinstance(desk, tuple):
            yield Linted(name, desk)
            continue
        faults = written_faults(desk)
        graded = tuple(_graded(desk, crew, tell, variants)) if crew and not desk.faults else ()
        faults += tuple(fault for each in graded for fault in run_faults(desk, each))
        doubts = tuple(f"{each.job.name}: {each.doubt}" for each in graded if each.doubt)
        yield Linted(name, tuple(dict.fromkeys(faults)), doubts, len(desk.checks), len(graded), _variants(graded))


def written_faults(desk: Desk) -> tuple[Fault, ...]:
    """What can be said without running a program."""
    rules = (file_faults, text_faults, translation_faults, proof_faults, constraint_faults, variant_faults)
    found = [*desk.faults, *(fault for rule in rules for fault in rule(desk))]
    return tuple(dict.fromkeys(found))


def _graded(desk: Desk, crew: Crew, tell: Tell, variants: int) -> Iterator[Graded]:
    """Every program in the default variant and, where there are parameters, in one that differs in all of them, or in many."""
    two = tuple(dict.fromkeys(("", other_seed(desk.exercise))))
    seeds = proof_seeds(desk.exercise, variants) if variants else two
    yield from graded_in(desk, crew, tell, seeds, exact=variants > 0)


def graded_in(desk: Desk, crew: Crew, tell: Tell, seeds: tuple[str, ...], *, exact: bool) -> Iterator[Graded]:
    """Every program in the variants of these seeds, one variant after the other."""
    jobs = [job for seed in seeds for job in jobs_of(desk.course, desk.exercise, desk.expected, seed, exact=exact)]
    futures: list[Future[Graded]] = [crew.submit(job) for job in jobs]
    for number, (job, future) in enumerate(zip(jobs, futures, strict=True), start=1):
        within = f" with seed {job.seed}" if job.seed else ""
        tell(f"{desk.exercise.id} {number}/{len(jobs)}: {job.name}{within}")
        yield future.result()


def _variants(graded: tuple[Graded, ...]) -> int:
    return len({each.job.seed for each in graded})
