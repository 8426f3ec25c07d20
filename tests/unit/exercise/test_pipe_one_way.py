"""What the exercise pipe-one-way promises in its statement is what its checks ask, in every variant."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from grader.exercise import find_course, load_expected, read_reference, render
from grader.model import Variant
from grader.model.exercise import Value

COURSE = find_course(str(Path(__file__).parents[3]))
EXERCISE = COURSE.exercise("pipe-one-way")
REFERENCE = Path(COURSE.reference, "pipe-one-way")
VARIANTS = [
    dict(zip((knob.name for knob in EXERCISE.parameters), values, strict=True))
    for values in itertools.product(*(knob.choices for knob in EXERCISE.parameters))
]


def checks() -> dict[str, int]:
    """The ids of the checks in the test file with their points, read without running it."""
    module = ast.parse(Path(EXERCISE.folder, "test_pipe_one_way.py").read_text())
    found = {}
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marker = ast.unparse(node.decorator_list[0])
            points = re.search(r"points=(\d+)", marker)
            assert points
            found[node.name.removeprefix("test_").replace("_", "-")] = int(points[1])
    return found


def statement(parameters: dict[str, Value], language: str) -> str:
    """The statement of one variant."""
    return render(Variant(EXERCISE, "", parameters), "statement.md.j2", language)


def test_the_points_in_the_statement_are_those_of_the_checks() -> None:
    """Nobody loses a point for a check that the handout does not name; together they are ten."""
    table = re.findall(r"^\| `([a-z-]+)` \|.*\| (\d+) \|$", statement(VARIANTS[0], "c"), re.MULTILINE)

    assert {name: int(points) for name, points in table} == checks()
    assert sum(checks().values()) == 10


def test_every_check_has_a_ladder_of_hints() -> None:
    """Each check has at least two hints, and no hint belongs to a check that does not exist."""
    assert EXERCISE.hints is not None
    assert set(EXERCISE.hints) == set(checks())
    assert all(len(ladder) >= 2 for ladder in EXERCISE.hints.values())


def test_each_check_is_failed_by_some_wrong_program() -> None:
    """A check that no wrong program fails would prove nothing."""
    expected = load_expected(REFERENCE)

    for language in EXERCISE.languages:
        failed = [names for path, names in expected.wrong.items() if f"/{language}/" in path]
        assert set().union(*failed) == set(checks())


@pytest.mark.parametrize("language", EXERCISE.languages)
def test_every_text_of_every_variant_can_be_rendered(language: str) -> None:
    """Statement, stub and all programs, for each combination of parameters; both directions differ in each of them."""
    ending = {"c": ".c.j2", "python": ".py.j2"}[language]
    programs = [path for path in sorted(REFERENCE.rglob(f"*{ending}")) if path.stem != f"one_process{ending[:-3]}"]
    assert len(programs) > 20

    for parameters in VARIANTS:
        there = texts(parameters, language, f"stub{ending}", programs)
        back = texts(parameters | {"reader": "parent"}, language, f"stub{ending}", programs)
        same = [path for path, one, other in zip(programs, there[2:], back[2:], strict=True) if one == other]
        assert (same == []) == (parameters["reader"] == "child")
        assert all(text.strip() for text in there)


def texts(parameters: dict[str, Value], language: str, stub: str, programs: list[Path]) -> list[str]:
    """Statement, stub and programs of one variant."""
    variant = Variant(EXERCISE, "", parameters)
    read = [next(iter(read_reference(variant, path).files.values())).decode() for path in programs]
    return [statement(parameters, language), render(variant, stub, language), *read]


@pytest.mark.parametrize("parameters", VARIANTS[:: len(EXERCISE.parameters[-1].choices)], ids=str)
def test_the_example_in_the_statement_is_true(parameters: dict[str, Value]) -> None:
    """The example shows what the model solution prints."""
    lines = statement(parameters, "python").splitlines()
    place = next(number for number, line in enumerate(lines) if "printf" in line)
    given = re.search(r"printf '(.*)' \|", lines[place])
    assert given
    names: dict[str, object] = {}
    source = read_reference(Variant(EXERCISE, "", parameters), REFERENCE / "solution.py.j2").files["pipe_one_way.py"]
    change = next(
        node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == "change"
    )
    exec(compile(ast.Module([change], []), "solution.py", "exec"), names)  # noqa: S102 - our own model solution
    function = names["change"]
    assert callable(function)

    assert function(given[1].encode()).decode() == lines[place + 1]


@pytest.mark.parametrize("name", ["stub.c.j2", "stub.py.j2"])
def test_a_stub_numbers_what_is_to_be_done(name: str) -> None:
    """The steps are numbered from 1 without a gap, in both directions."""
    language = "c" if name == "stub.c.j2" else "python"
    for parameters in VARIANTS:
        steps = re.findall(r"TODO (\d)", render(Variant(EXERCISE, "", parameters), name, language))
        assert set(steps) == set("123456")
