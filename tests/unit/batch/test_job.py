"""Which programs of an exercise are graded, in which variants."""

from __future__ import annotations

from pathlib import Path

from grader.batch import jobs_of, other_seed
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
