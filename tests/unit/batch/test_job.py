"""Which programs of an exercise are graded, in which variants."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from grader.batch import Job, jobs_of, other_seed, proof_seeds
from grader.exercise import draw, load_course, load_exercise, load_expected
from grader.model import Exercise, Parameter
from tests.unit.batch.courses import planted


def exercise(*parameters: Parameter) -> Exercise:
    """An exercise with parameters."""
    return Exercise("one-word", "One word", 1, ("pipe",), 1, ("c",), "/nowhere", parameters=parameters)


def test_every_program_is_graded_once_a_variant(tmp_path: Path) -> None:
    """Stubs, model solutions, right and wrong programs, each in its language."""
    course = load_course(planted(tmp_path).root)
    known = load_exercise(tmp_path / "exercises" / "one-word")

    jobs = list(jobs_of(course, known, load_expected(tmp_path / "reference" / "one-word"), "7"))

    assert [job.role for job in jobs] == ["stub"] * 2 + ["solution"] * 2 + ["right"] * 2 + ["wrong"] * 6
    assert len({(job.path, job.language) for job in jobs}) == len(jobs)
    assert {job.seed for job in jobs} == {"7"}
    assert [job.name for job in jobs[:3]] == ["stub (python)", "stub (c)", "solution.c.j2"]


def test_the_other_variant_differs_in_every_parameter() -> None:
    """The seed is the first number that draws no default at all."""
    knobs = (Parameter("size", 1, "", choices=(1, 2, 4)), Parameter("count", 3, "", minimum=1, maximum=9))

    drawn = draw(exercise(*knobs), other_seed(exercise(*knobs))).parameters

    assert drawn["size"] != 1
    assert drawn["count"] != 3


def test_the_other_variant_changes_what_can_be_changed() -> None:
    """A parameter with one value stays; an exercise without parameters has one variant."""
    fixed, free = Parameter("size", 1, "", choices=(1,)), Parameter("word", "a", "", choices=("a", "b"))

    assert draw(exercise(fixed, free), other_seed(exercise(fixed, free))).parameters == {"size": 1, "word": "b"}
    assert other_seed(exercise()) == ""


def test_variants_are_proved_once_each() -> None:
    """The default one, the two others at the limits, and no seed draws a fourth of three values."""
    small = exercise(Parameter("size", 1, "", choices=(1, 2, 4)))

    assert proof_seeds(small, 50) == ("", "set:size=2", "set:size=4")


def test_variants_that_are_proved_hold_all_limits_and_the_seeds() -> None:
    """Of a wide range both ends, then what each seed draws, as its author can repeat it."""
    wide = exercise(Parameter("size", 1, "", minimum=1, maximum=10**9))

    assert proof_seeds(wide, 3) == ("", "set:size=1000000000", "1", "2", "3")


def test_without_parameters_there_is_one_variant_to_prove() -> None:
    """Whatever the number of seeds."""
    assert proof_seeds(exercise(), 20) == ("",)


def test_what_is_proved_is_graded_as_a_student_is() -> None:
    """With the default budget in every variant; a stub, which has everything to fail, with the small one."""
    job = Job("/course", "one-word", "wrong", "wrong/c/x.c", "c", "7")

    budgets = [replace(job, seed=seed, exact=exact).budget for seed in ("", "7") for exact in (False, True)]

    assert budgets == ["default", "default", "small", "default"]
    assert replace(job, role="stub", exact=True).budget == "small"
