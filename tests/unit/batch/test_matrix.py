"""Checks × wrong programs: what is alike is named, holes are marked, and a run that differs is noted."""

from __future__ import annotations

import json

from grader.batch import Graded
from grader.batch.matrix import Matrix, expected_matrix, graded_matrix
from grader.cli.matrix import matrix_json, matrix_markdown, matrix_text
from grader.model import CheckSpec
from tests.support.golden import assert_golden
from tests.unit.batch.reports import CHECKS, graded, job

SPECS = (
    CheckSpec(CHECKS[0], "one", "must", 4),
    CheckSpec(CHECKS[1], "two", "must", 6),
    CheckSpec(CHECKS[2], "three", "style", 0),
)
WRONG = {
    "wrong/c/says_nothing.c.j2": frozenset({CHECKS[0]}),
    "wrong/c/says_too_much.c.j2": frozenset({CHECKS[0]}),
    "wrong/c/says_it_itself.c.j2": frozenset({CHECKS[0], CHECKS[1]}),
    "wrong/python/says_nothing.py.j2": frozenset({CHECKS[0]}),
}


def expected() -> Matrix:
    """A matrix with two holes."""
    return expected_matrix("one-word", SPECS, WRONG)


def run() -> Matrix:
    """The same, really graded: one program differs, one could not be graded."""
    results: dict[str, Graded] = {path: graded(job("wrong", path), *failed) for path, failed in WRONG.items()}
    results["wrong/c/says_too_much.c.j2"] = graded(job("wrong", "wrong/c/says_too_much.c.j2"), CHECKS[2])
    results["wrong/c/says_it_itself.c.j2"] = Graded(job("wrong", "wrong/c/says_it_itself.c.j2"), None, fault="no box")
    return graded_matrix("one-word", SPECS, WRONG, results)


def test_the_matrix_counts_what_each_check_kills() -> None:
    """Who fails it, who fails nothing else, and how many failed sets differ in a language."""
    table = expected()

    assert [len(table.failing(spec.id)) for spec in SPECS] == [4, 1, 0]
    assert [len(table.alone(spec.id)) for spec in SPECS] == [3, 0, 0]
    assert (table.apart("c"), table.apart("python")) == ((2, 3), (1, 1))
    assert [row.like for row in table.rows] == [
        ("wrong/c/says_too_much.c.j2",), ("wrong/c/says_nothing.c.j2",), (), (),
    ]  # fmt: skip


def test_the_texts_of_the_matrix_are_the_approved_ones() -> None:
    """For a terminal and as Markdown, as expected and as judged."""
    assert_golden("author/matrix.txt", matrix_text(expected()))
    assert_golden("author/matrix-run.txt", matrix_text(run()))
    assert_golden("author/matrix.md", matrix_markdown(expected()))


def test_the_matrix_as_json_says_the_same() -> None:
    """Outcomes that nobody has looked at are null, and holes can be counted."""
    fields = json.loads(matrix_json(expected()))

    assert fields["schema"] == "grader/matrix/v1"
    assert [check["alone"] for check in fields["checks"]][1:] == [[], []]
    assert fields["programs"][2]["outcomes"] == {CHECKS[0]: "fail", CHECKS[1]: "fail", CHECKS[2]: None}
    assert [program["note"] for program in json.loads(matrix_json(run()))["programs"]] == [
        None, f"expected: {CHECKS[0]}", "not graded: no box", None,
    ]  # fmt: skip
