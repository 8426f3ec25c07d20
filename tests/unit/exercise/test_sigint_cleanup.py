"""What the exercise sigint-cleanup promises in its statement is what its checks ask, in every variant."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from grader.exercise import find_course, load_expected, read_reference, render
from grader.model import Variant
from grader.model.exercise import Value

COURSE = find_course(str(Path(__file__).parents[3]))
EXERCISE = COURSE.exercise("sigint-cleanup")
REFERENCE = Path(COURSE.reference, EXERCISE.id)
ENDINGS = {"c": ".c.j2", "python": ".py.j2"}
VARIANTS = [
    {"object": kind, "interrupts": interrupts, "ending": ending}
    for kind, interrupts, ending in itertools.product(("file", "fifo"), (2, 3, 5), ("status", "signal"))
]


def checks() -> dict[str, int]:
    """The ids of the checks in the test file with their points, read without running it."""
    module = ast.parse(Path(EXERCISE.folder, "test_sigint_cleanup.py").read_text())
    found = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            points = re.search(r"points=(\d+)", ast.unparse(node.decorator_list[0]))
            assert points
            found[node.name.removeprefix("test_").replace("_", "-")] = int(points[1])
    return found


def statement(parameters: dict[str, Value], language: str) -> str:
    """The statement of one variant."""
    return render(Variant(EXERCISE, "", parameters), "statement.md.j2", language)


def source(parameters: dict[str, Value], program: Path) -> str:
    """A program of one variant."""
    return next(iter(read_reference(Variant(EXERCISE, "", parameters), program).files.values())).decode()


@pytest.mark.parametrize("language", EXERCISE.languages)
@pytest.mark.parametrize("parameters", VARIANTS, ids=str)
def test_the_points_in_the_statement_are_those_of_the_checks(parameters: dict[str, Value], language: str) -> None:
    """Nobody loses a point for a check that the handout does not name; together they are twelve."""
    table = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \|$", statement(parameters, language), re.MULTILINE)

    assert {name: int(points) for name, points in table} == checks()
    assert sum(checks().values()) == 12


def test_every_check_has_a_ladder_of_hints() -> None:
    """Each check has at least two hints, and no hint belongs to a check that does not exist."""
    assert EXERCISE.hints is not None
    assert set(EXERCISE.hints) == set(checks())
    assert all(len(ladder) >= 2 for ladder in EXERCISE.hints.values())


def test_each_check_alone_stops_some_wrong_program() -> None:
    """Without it that program would pass."""
    assert {frozenset({name}) for name in checks()} <= set(load_expected(REFERENCE).wrong.values())


@pytest.mark.parametrize("language", EXERCISE.languages)
def test_wrong_programs_are_told_apart(language: str) -> None:
    """Four of five wrong programs of a language add a set of failures of their own."""
    sets = [names for path, names in load_expected(REFERENCE).wrong.items() if path.startswith(f"wrong/{language}/")]

    assert len(set(sets)) >= 0.8 * len(sets) > 0


@pytest.mark.parametrize("language", EXERCISE.languages)
def test_programs_follow_each_parameter(language: str) -> None:
    """Every program can be rendered for every variant, and no right one has less than two variants for any knob."""
    programs = sorted(REFERENCE.rglob(f"*{ENDINGS[language]}"))
    assert len(programs) > 25
    default = {"object": "file", "interrupts": 3, "ending": "status"}
    for program in programs:
        texts = {source(parameters, program) for parameters in VARIANTS}
        assert all(texts)
        if "wrong" not in program.parts:
            assert len(texts) == len(VARIANTS)
        assert source(default, program) != source(default | {"object": "fifo"}, program)


@pytest.mark.parametrize("parameters", VARIANTS, ids=str)
@pytest.mark.parametrize("language", EXERCISE.languages)
def test_the_statement_speaks_of_its_own_variant_only(parameters: dict[str, Value], language: str) -> None:
    """The number of lines in the example, the kind of lock and the way to end are those that were drawn."""
    text = statement(parameters, language)
    example = text.partition("## An example")[2].partition("##")[0]

    assert re.findall(r"caught (\d)", example) == [
        str(1 + number) for number in range(int(str(parameters["interrupts"])))
    ]
    assert ("FIFO" in text) == (parameters["object"] == "fifo")
    assert ("raise(3)" in text) == (parameters["ending"] == "signal")
    assert re.findall(r"^(\d+)$", example, re.MULTILINE) == (
        ["0", "0"] if parameters["ending"] == "status" else ["130", "143"]
    )


@pytest.mark.parametrize("language", EXERCISE.languages)
@pytest.mark.parametrize("parameters", VARIANTS, ids=str)
def test_a_stub_numbers_what_is_to_be_done(parameters: dict[str, Value], language: str) -> None:
    """The steps are numbered from 1 without a gap, in the order of the text in `main`."""
    text = render(Variant(EXERCISE, "", parameters), f"stub{ENDINGS[language]}", language)

    assert re.findall(r"TODO (\d)", text) == list("123456")
