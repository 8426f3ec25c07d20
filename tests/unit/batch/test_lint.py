"""Each rule of `grader lint` that needs no run: a fault is planted, and the rule names file, line and way out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.batch.lint import lint
from grader.exercise import load_course, write_skeleton
from tests.support.golden import assert_golden
from tests.unit.batch.courses import Planted, planted

Plant = Callable[[Planted], None]


@pytest.fixture
def course(tmp_path: Path) -> Planted:
    """A course without fault."""
    return planted(tmp_path)


def in_yaml(old: str, new: str) -> Plant:
    """Change exercise.yaml."""
    return lambda course: course.change(course.exercise / "exercise.yaml", old, new)


def in_statement(old: str, new: str) -> Plant:
    """Change the statement."""
    return lambda course: course.change(course.exercise / "statement.md.j2", old, new)


def in_checks(old: str, new: str) -> Plant:
    """Change the checks."""
    return lambda course: course.change(course.exercise / "test_one_word.py", old, new)


def in_solution(old: str, new: str) -> Plant:
    """Change the model solution in C."""
    return lambda course: course.change(course.reference / "solution.c.j2", old, new)


def in_stub(old: str, new: str) -> Plant:
    """Change the stub in C."""
    return lambda course: course.change(course.exercise / "stub.c.j2", old, new)


def in_expected(old: str, new: str) -> Plant:
    """Change expected.yaml."""
    return lambda course: course.change(course.reference / "expected.yaml", old, new)


def without(name: str) -> Plant:
    """Remove a file."""
    return lambda course: (course.root / name).unlink()


def with_file(name: str, text: str = "x\n") -> Plant:
    """Add a file."""

    def plant(course: Planted) -> None:
        (course.root / name).parent.mkdir(exist_ok=True)
        (course.root / name).write_text(text, encoding="utf-8")

    return plant


def both(*plants: Plant) -> Plant:
    """One after the other."""

    def plant(course: Planted) -> None:
        for each in plants:
            each(course)

    return plant


TWO_SIZES = """\
  a: {default: 1, minimum: 1, maximum: 200, meaning: one size}
  b: {default: 1, minimum: 1, maximum: 200, meaning: another}
"""
LADDER = """\
  child-is-reaped:
    - A process that has ended stays in the process table until its parent has asked for its status. Where does yours ask?
    - "waitpid(2): what has to happen before it returns, and does anything keep that from happening?"
"""
ONE_STEP = "  child-is-reaped:\n    - Wait for it.\n"
BOTH = "[prints-the-word, child-is-reaped]"

PLANTED: dict[str, tuple[Plant, str, str]] = {
    "a key is missing": (in_yaml("difficulty: 1", "# nothing"), "exercise.yaml:3", "has no 'difficulty'"),
    "no YAML": (in_yaml("version: 1 ", "version: [1 "), "exercise.yaml:5", "not valid YAML"),
    "one language": (in_yaml("[python, c]", "[c]"), "exercise.yaml:7", "cannot be solved in python"),
    "unknown prerequisite": (
        in_yaml("parameters:", "prerequisites: [nowhere]\nparameters:"), "exercise.yaml:11", "'nowhere' is no exercise"),
    "no hints": (in_yaml(LADDER, ""), "exercise.yaml:19", "'child-is-reaped' has no hints"),
    "a ladder of one step": (in_yaml(LADDER, ONE_STEP), "exercise.yaml:26", "'child-is-reaped' has one hint"),
    "hints for nothing": (
        in_yaml("  child-is-reaped:", "  child-is-happy: [a, b]\n  child-is-reaped:"), "exercise.yaml:26", "'child-is-happy'"),
    "an idle parameter": (
        in_yaml("parameters:\n", "parameters:\n  colour: {default: red, choices: [red, blue], meaning: none}\n"),
        "exercise.yaml:12", "with colour = blue statement and stub are the same as with red"),
    "a constraint that cannot be read": (
        in_yaml("hints:\n", "constraints: [word = 'hello']\nhints:\n"), "exercise.yaml:19", "cannot be read"),
    "a constraint that the default breaks": (
        in_yaml("hints:\n", "constraints: [word != 'hello']\nhints:\n"), "exercise.yaml:19", "the defaults break the constraint"),
    "a constraint that excludes nothing": (
        in_yaml("hints:\n", "constraints:\n  - word != 'hi'\nhints:\n"), "exercise.yaml:20", "excludes nothing"),
    "a choice that no variant has": (
        in_yaml("hints:\n", "constraints:\n  - word != 'servus'\nhints:\n"), "exercise.yaml:12", "no variant has word = servus"),
    "constraints that allow next to nothing": (
        in_yaml("hints:\n", f"{TWO_SIZES}constraints:\n  - a == b\nhints:\n"), "exercise.yaml:22",
        "allow 200 of 40,000 combinations of a, b"),
    "constraints on more than can be looked at": (
        in_yaml("hints:\n", f"{TWO_SIZES.replace('200', '2000')}constraints:\n  - a <= b\nhints:\n"), "exercise.yaml:22",
        "4,000,000 combinations"),
    "a program that depends on the seed": (
        in_solution("/* {{", "/* {{ seed }} {{"), "solution.c.j2:1", "solution.c.j2 depends on the seed itself"),
    "an idle parameter where the seed is shown": (
        both(in_statement("# {{ exercise.title }}", "# {{ exercise.title }} {{ seed }}"),
             in_yaml("parameters:\n", "parameters:\n  colour: {default: red, choices: [red, blue], meaning: none}\n")),
        "exercise.yaml:12", "with colour = blue statement and stub are the same as with red"),
    "a condition in expected.yaml that holds by default": (
        in_expected("c/no_wait.c.j2: [child-is-reaped]",
                    "c/no_wait.c.j2: {otherwise: [child-is-reaped], \"word == 'hello'\": [prints-the-word]}"),
        "expected.yaml:11", "the condition 'word == 'hello'' holds in the default variant"),
    "a condition in expected.yaml of an unknown check": (
        in_expected("c/no_wait.c.j2: [child-is-reaped]",
                    "c/no_wait.c.j2: {otherwise: [child-is-reaped], \"word == 'ahoy'\": [is-happy]}"),
        "expected.yaml:11", "'is-happy' is no check"),
    "a value that breaks a text": (
        in_statement("# {{ exercise.title }}", "# {{ {'hello': 1, 'ahoy': 1}[word] }}"), "statement.md.j2:4", "servus"),
    "a program that breaks": (
        in_solution("{{ word }}", "{{ wort }}"),
        "solution.c.j2:8", "'wort' is undefined"),
    "no statement": (without("exercises/one-word/statement.md.j2"), "exercises/one-word", "there is no statement.md.j2"),
    "no row in the table": (
        in_statement("| `child-is-reaped` | the parent has the child's status before it ends (rule 3) | 3 |\n", ""),
        "statement.md.j2:27", "'child-is-reaped' is not in the statement's table (python)"),
    "other points": (in_statement("ends (rule 3) | 3 |", "ends (rule 3) | 2 |"), "statement.md.j2:31", "2 points, its marker 3"),
    "a row that says nothing": (
        in_statement("the parent has the child's status before it ends (rule 3)", ""), "statement.md.j2:31", "does not say what"),
    "a row for no check": (
        in_statement("| `child-is-reaped`", "| `is-beautiful` | it is | 1 |\n| `child-is-reaped`"),
        "statement.md.j2:31", "names 'is-beautiful', which is no check"),
    "a level that is not said": (
        in_checks("@pytest.mark.check(points=3)\ndef test_child_is_reaped", '@pytest.mark.check(points=3, level="should")\n'
                  "def test_child_is_reaped"), "statement.md.j2:31", "does not say that its level is should"),
    "no example": (in_statement("$ {{ program }}", "{{ program }}"), "statement.md.j2:1", "gives no example session"),
    "nothing out of scope": (
        in_statement("## Out of scope", "## Besides"), "statement.md.j2:1", "does not say what is out of scope"),
    "nothing to read": (
        in_statement("pipe(7), pipe(2), fork(2), read(2), write(2), waitpid(2)", "the lecture"),
        "statement.md.j2:1", "no manual page"),
    "no file name": (in_statement('`one_word.{{ "c" if language == "c" else "py" }}`', "A file"), "statement.md.j2:1",
                     "does not name the file to write"),
    "no stub": (without("exercises/one-word/stub.c.j2"), "exercises/one-word", "there is no stub.c.j2"),
    "a stub without steps": (in_stub("TODO", "Step"), "stub.c.j2:1", "the stub has no TODO 1"),
    "a step left out": (in_stub("TODO 2", "Then"), "stub.c.j2:7", "the stub has no TODO 2"),
    "a stub that breaks": (in_stub("{{ word }}", "{{ word"), "stub.c.j2:9", "template:"),
    "a check without marker": (in_checks("@pytest.mark.check(points=4)\n", ""), "test_one_word.py:32", "no marker"),
    "a check without title": (in_checks('"""the word is printed"""', "pass"), "test_one_word.py:20", "no docstring"),
    "points that are no number": (in_checks("points=4", "points=2 + int(2)"), "test_one_word.py:33", "more than plain values"),
    "two checks of one name": (
        in_checks("def test_child_is_reaped", "def test_prints_the_word"),
        "exercises/one-word/test_one_word.py:51", "already defined in line 20"),
    "no Python": (in_checks("def plans(", "def plans"), "test_one_word.py:13", "not valid Python"),
    "no solution": (without("reference/one-word/solution.py.j2"), "reference/one-word", "there is no solution.py.j2"),
    "no expected.yaml": (without("reference/one-word/expected.yaml"), "reference/one-word", "there is no expected.yaml"),
    "no right program": (
        both(in_expected("  - python/streams.py.j2\n", ""), without("reference/one-word/right/python/streams.py.j2")),
        "expected.yaml:1", "there is no right program in python"),
    "a program of another language": (
        both(with_file("reference/one-word/right/c/script.sh"), in_expected("right:\n", "right:\n  - c/script.sh\n")),
        "expected.yaml:6", "right/c/script.sh is in no language of this exercise"),
    "a program that is not listed": (with_file("reference/one-word/wrong/c/new.c"), "expected.yaml", "wrong/c/new.c is not listed"),
    "a program that is not there": (
        without("reference/one-word/wrong/c/no_wait.c.j2"), "expected.yaml:11", "there is no program wrong/c/no_wait.c.j2"),
    "a wrong program that fails nothing": (
        in_expected("c/no_wait.c.j2: [child-is-reaped]", "c/no_wait.c.j2: []"), "expected.yaml:11", "fails no check"),
    "pending without a reason": (
        both(in_expected("  c/no_wait.c.j2: [child-is-reaped]\n", ""),
             in_expected("pending: {}", "pending:\n  c/no_wait.c.j2:")),
        "expected.yaml:17", "a reason is not a text"),
    "an unknown check": (
        in_expected("c/no_wait.c.j2: [child-is-reaped]", "c/no_wait.c.j2: [child-is-happy]"), "expected.yaml:11",
        "'child-is-happy' is no check"),
    "a check that kills nothing": (
        in_expected("[prints-the-word]", "[child-is-reaped]"), "test_one_word.py:20", "no wrong program fails 'prints-the-word'"),
    "a must that kills nothing alone": (
        in_expected("[prints-the-word]", "[prints-the-word, child-is-reaped]"), "test_one_word.py:20",
        "no wrong program fails 'prints-the-word' alone"),
    "programs that nobody tells apart": (
        both(in_expected("python/adds_a_mark.py.j2: [prints-the-word]", f"python/adds_a_mark.py.j2: {BOTH}"),
             in_expected("python/no_wait.py.j2: [child-is-reaped]", f"python/no_wait.py.j2: {BOTH}")),
        "expected.yaml:9", "only 2 different failed sets for 3 wrong programs in python"),
    "a file that nothing uses": (with_file("exercises/one-word/notes.txt"), "exercises/one-word/notes.txt:1", "nothing uses"),
    "a template that nothing uses": (with_file("exercises/one-word/parts.j2"), "exercises/one-word/parts.j2:1", "nothing uses"),
    "a link to nowhere": (
        lambda course: (course.exercise / "link").symlink_to("nowhere"), "exercises/one-word/link", "nothing uses"),
    "a right program twice": (
        in_expected("right:\n", "right:\n  - c/streams.c.j2\n"), "expected.yaml:7", "right/c/streams.c.j2 stands twice"),
    "wrong and pending": (
        in_expected("pending: {}", "pending:\n  c/no_wait.c.j2: it may"), "expected.yaml:18", "under 'wrong' and under 'pending'"),
    "a reference for no exercise": (with_file("reference/two-words/solution.c"), "reference/two-words", "belongs to no exercise"),
    "a file beside the exercises": (with_file("exercises/notes.txt"), "exercises/notes.txt", "so it is no exercise"),
    "a folder that is no exercise": (with_file("exercises/half/stub.c.j2"), "exercises/half", "there is no exercise.yaml here"),
    "a file of the reference": (with_file("reference/one-word/notes.md"), "notes.md:1", "does not speak of this file"),
}  # fmt: skip


def test_the_skeleton_is_without_fault(course: Planted) -> None:
    """What `grader new-exercise` writes keeps every rule."""
    assert course.faults() == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found(name: str, course: Planted) -> None:
    """Its line names the file, the fault and a way out."""
    plant, where, fault = PLANTED[name]
    plant(course)

    found = course.faults()

    matching = [line for line in found if fault in line]
    assert matching, found
    place, _, rest = matching[0].partition(": ")
    assert place.endswith(where)
    assert len(re.split(r"; ", rest)[-1]) > 8


def test_the_words_of_all_faults_are_the_approved_ones(tmp_path: Path) -> None:
    """What an author reads for each planted fault."""
    told = []
    for number, (name, (plant, _, _)) in enumerate(PLANTED.items()):
        course = planted(tmp_path / str(number))
        plant(course)
        told += [f"# {name}", *course.faults(), ""]

    assert_golden("author/faults.txt", "\n".join(told).replace(str(tmp_path), "COURSE"))


PARTS = with_file("exercises/one-word/parts.j2", "{% set greeting = word %}")
ADVICE = both(
    in_checks(
        "@pytest.mark.check(points=3)\ndef test_child", '@pytest.mark.check(points=0, level="style")\ndef test_child'
    ),
    in_statement("before it ends (rule 3) | 3 |", "before it ends (advice) | 0 |"),
)


@pytest.mark.parametrize(
    "plant",
    [
        both(
            PARTS, in_statement("# {{ exercise.title }}", '{% from "parts.j2" import greeting with context %}\n# Title')
        ),
        both(PARTS, in_solution("/* {{", '{% import "parts.j2" as parts with context %}\n/* {{')),
        with_file("exercises/one-word/__pycache__/x.pyc"),
        with_file("exercises/one-word/.gitignore"),
        ADVICE,
    ],
    ids=["a used template", "one used by a program", "what Python leaves", "a hidden file", "advice that says so"],
)
def test_what_only_looks_like_a_fault_is_spared(plant: Plant, course: Planted) -> None:
    """Files that are used, and levels that are said, are no faults."""
    plant(course)

    assert course.faults() == []


def test_files_are_called_as_from_where_the_author_stands(course: Planted) -> None:
    """Relative in and above the course, whole from elsewhere: an editor started there opens them."""
    (course.exercise / "notes.txt").write_text("x")
    known = load_course(course.root)

    def where(here: Path) -> str:
        (linted,) = lint(known, known.ids, None, lambda _: None, here)
        return linted.faults[0].where

    assert where(course.root) == "exercises/one-word/notes.txt:1"
    assert where(course.root.parent) == f"{course.root.name}/exercises/one-word/notes.txt:1"
    assert where(Path("/nowhere")) == f"{course.exercise}/notes.txt:1"


def test_a_single_exercise_is_not_blamed_for_what_lies_beside_it(course: Planted) -> None:
    """Who asks for one exercise of several hears of it alone."""
    write_skeleton(course.root, "two-words")
    (course.root / "exercises" / "half").mkdir()
    known = load_course(course.root)

    assert [linted.faults for linted in lint(known, ("one-word",), None, lambda _: None)] == [()]
