"""What a reader may rely on in every file of the project: its size, its first line, and what is never in it."""

import ast
import importlib
from fnmatch import fnmatch
from statistics import median

import pytest

from tests.unit import style
from tests.unit.tree import ROOT, own_files, own_modules, project_files, text_of, where

STUBS = ("exercises/*/stub*", "benchmarks/liars/course/exercises/*/stub*", "grader/exercise/skeleton/*/stub*")


def test_no_module_is_longer_than_a_reader_holds_in_mind() -> None:
    """A Python file has at most 400 lines."""
    sizes = {where(path): text_of(path).count("\n") for path, _ in own_modules()}

    assert {place: size for place, size in sizes.items() if size > style.MAX_FILE_LINES} == {}


def test_no_function_is_longer_than_a_screen() -> None:
    """A function's body has at most 40 lines, its docstring not counted."""
    too_long = [
        f"{where(path, function.lineno)} {function.name}: {style.body_lines(function)} lines"
        for path, module in own_modules()
        for function in style.functions_of(module)
        if style.body_lines(function) > style.MAX_FUNCTION_LINES
    ]

    assert too_long == []


def test_most_functions_are_short() -> None:
    """The median body of all functions has at most 20 lines."""
    sizes = [style.body_lines(function) for _, module in own_modules() for function in style.functions_of(module)]

    assert median(sizes) <= style.MAX_MEDIAN_LINES


def test_each_module_begins_with_a_sentence_about_itself() -> None:
    """The first line of a module is a docstring whose first line is one whole sentence."""
    faults = [
        where(path, 1)
        for path, module in own_modules()
        if not style.is_one_sentence((ast.get_docstring(module) or "").partition("\n")[0])
    ]

    assert faults == []


def test_each_test_is_a_sentence_with_a_rule() -> None:
    """A test's name is a phrase of at least three words, and its docstring states the rule."""
    faults = [
        where(path, function.lineno)
        for path, module in own_modules()
        if fnmatch(where(path), "tests/*/test_*.py")
        for function in style.functions_of(module)
        if function.name.startswith("test_")
        if len(function.name.split("_")) < 4 or not ast.get_docstring(function)
    ]

    assert faults == []


def test_no_file_keeps_both_sides_of_a_merge() -> None:
    """Whoever brings two lines of work together decides what stands."""
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    faults = [
        where(path, number)
        for path in own_files()
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if line.startswith(marks)
    ]

    assert faults == []


def test_nothing_waits_for_time_to_pass() -> None:
    """No module sleeps: what is waited for is a state, so a busy machine changes nothing."""
    sleeps = [where(path, line) for path, module in own_modules() for line in style.sleeps_in(module)]
    sleeps += [
        where(path, line)
        for path in own_files()
        if path.suffix in {".c", ".h"}
        for line in style.sleeps_in_c(text_of(path))
    ]

    assert sleeps == []


def test_no_test_is_left_out_or_tried_until_it_passes() -> None:
    """No mark skips a test or repeats it: a test that does not hold every time is a fault to be understood."""
    marks = [
        f"{where(path, line)} {mark}"
        for path, module in own_modules()
        for line, mark in style.forbidden_marks_in(module)
    ]

    assert marks == []


def test_nothing_is_left_for_later_but_what_students_write() -> None:
    """No comment marks unfinished work, except in the stubs, where finishing it is the exercise."""
    unfinished = [
        where(path, line)
        for path in own_files()
        if not any(fnmatch(where(path), stubs) for stubs in STUBS)
        for line in style.unfinished_in(text_of(path), path.suffix)
    ]

    assert unfinished == []


def test_the_project_speaks_of_itself_alone() -> None:
    """No file names a path of the machine it was written on, or the circumstances in which it was written."""
    mentions = [
        f"{where(path, line)}: {words}"
        for path in project_files()
        for line, words in style.outside_world_in(text_of(path))
    ]

    assert mentions == []


def test_the_map_names_each_folder() -> None:
    """Each top-level folder has its line in ARCHITECTURE.md."""
    the_map = text_of(ROOT / "ARCHITECTURE.md")
    folders = {path.relative_to(ROOT).parts[0] for path in project_files() if path.parent != ROOT}

    assert {folder for folder in folders if f"`{folder}/`" not in the_map} == set()


def test_each_public_name_exists() -> None:
    """What grader says it exports can be imported from it, and is named once."""
    grader = importlib.import_module("grader")

    assert [name for name in grader.__all__ if not hasattr(grader, name)] == []
    assert len(grader.__all__) == len(set(grader.__all__))


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.sleep(1)",
        "import time as t\nt.sleep(0.1)",
        "from time import sleep",
        "async def f():\n    await asyncio.sleep(1)",
        "import select\nselect.select([], [], [], 0.1)",
    ],
)
def test_a_sleep_is_caught(source: str) -> None:
    """A sleep is found by whatever name it is called."""
    assert len(list(style.sleeps_in(ast.parse(source)))) == 1


@pytest.mark.parametrize("source", ["usleep(100);", "while (nanosleep (&t, &t)) ;", "sleep(1);"])
def test_a_sleep_in_c_is_caught(source: str) -> None:
    """The grader's own C sources do not wait for time either."""
    assert list(style.sleeps_in_c(f"/* one */\n{source}")) == [2]


@pytest.mark.parametrize("mark", ["skip", "skipif", "flaky"])
def test_a_mark_that_excuses_a_test_is_caught(mark: str) -> None:
    """A mark is found with and without arguments."""
    assert len(list(style.forbidden_marks_in(ast.parse(f"@pytest.mark.{mark}\ndef f(): ...")))) == 1
    assert len(list(style.forbidden_marks_in(ast.parse(f"pytestmark = pytest.mark.{mark}(reason='')")))) == 1


@pytest.mark.parametrize(
    ("text", "suffix"),
    [("x = 1  # TO~DO later", ".py"), ("int x; // FIX~ME", ".c"), ("/* XX~X: */", ".h"), ("TO~DO: say it", ".md")],
)
def test_a_note_for_later_is_caught(text: str, suffix: str) -> None:
    """A comment that begins with a word for unfinished work is found, in every kind of file."""
    assert list(style.unfinished_in(text.replace("~", ""), suffix)) != []


def test_code_that_looks_for_notes_is_spared() -> None:
    """A string that holds such a word is no comment: the author's lint must be able to ask a stub for one."""
    source = 'if "TO~DO" in stub: ...\n'.replace("~", "")

    assert list(style.unfinished_in(source, ".py")) == []


@pytest.mark.parametrize(
    "text", ["see /wo~rk/notes", "as iss~ue 12 says", "closes iss~ue #3", "left for a later sess~ion", "des~ign §5"]
)
def test_a_word_about_the_workplace_is_caught(text: str) -> None:
    """Paths of a machine and the tale of how the code was written are found."""
    assert list(style.outside_world_in(text.replace("~", ""))) != []


@pytest.mark.parametrize(
    "text",
    [
        "setsid() starts a new session",
        "the paths of this session",
        "issue a call",
        "a framework/",
        "def pytest_sessionfinish(session)",
    ],
)
def test_words_of_the_trade_are_spared(text: str) -> None:
    """Sessions are what setsid makes, and calls are issued: such words are free."""
    assert list(style.outside_world_in(text)) == []


@pytest.mark.parametrize("line", ["", "no stop", "Two. Sentences.", " Indented."])
def test_a_line_that_is_not_one_sentence_is_caught(line: str) -> None:
    """A first line must be one whole sentence."""
    assert not style.is_one_sentence(line)


def test_the_lines_of_a_function_are_counted_without_its_docstring() -> None:
    """A long explanation costs nothing, only code does."""
    (function,) = style.functions_of(ast.parse('def f():\n    """One\n\n    two.\n    """\n    a = 1\n    return a\n'))

    assert style.body_lines(function) == 2
