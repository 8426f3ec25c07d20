"""Every rule about how an exercise declares its checks, each with the refusal that teaches it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.declaration import (
    Declared,
    declare,
    duplicates_in,
    in_order,
    plan_names,
    points_in,
    read_plans,
    selected,
)
from grader.errors import UsageError
from grader.model import CheckSpec, Plan


def made(name: str, *needs: str, level: str = "must", points: int = 1, plans: tuple[str, ...] = ()) -> Declared:
    """A check with little to say about itself."""
    return Declared(CheckSpec(name, name, level, points, needs), plans)


def test_a_marker_becomes_a_check() -> None:
    """Id and needs lose the underscores, the title is the docstring's first line, a check is a must unless it says so."""
    declared = declare(
        "t.py:1", "test_reader_sees_eof", "the reader sees end-of-file\n\nmore", (), {"points": 3, "needs": ("is_up",)}
    )

    assert declared == Declared(CheckSpec("reader-sees-eof", "the reader sees end-of-file", "must", 3, ("is-up",)), ())


@pytest.mark.parametrize(
    ("doc", "args", "parts", "fault"),
    [
        (None, (), {"points": 1}, "no docstring"),
        ("  \n", (), {"points": 1}, "no docstring"),
        ("t", (), {}, "points"),
        ("t", (), {"points": True}, "points"),
        ("t", (), {"points": -1}, "points"),
        ("t", (), {"points": 1.5}, "points"),
        ("t", (1, 2), {}, "too many parts"),
        ("t", (1,), {"points": 1}, "too many parts"),
        ("t", (), {"points": 1, "weight": 2}, "unknown part 'weight'"),
        ("t", (), {"points": 1, "level": "may"}, "level 'may'"),
        ("t", (), {"points": 1, "level": "style"}, "cannot carry points"),
        ("t", (), {"points": 1, "needs": "other"}, "needs of test_x must be a tuple"),
        ("t", (), {"points": 1, "plans": (1,)}, "plans of test_x must be a tuple"),
    ],
)
def test_a_marker_that_says_nonsense_is_refused(
    doc: str | None, args: tuple[object, ...], parts: dict[str, object], fault: str
) -> None:
    """The refusal names the place, the function and what to write."""
    with pytest.raises(UsageError, match=fault) as raised:
        declare("t.py:7", "test_x", doc, args, parts)

    assert raised.value.where == "t.py:7"
    assert raised.value.action


def test_needed_checks_come_first_and_the_rest_stays_as_written() -> None:
    """The order is that of the file, except that a need is pulled before the check that needs it."""
    order = in_order([made("a", "c"), made("b"), made("c", "d"), made("d")], "t.py")

    assert order == ["d", "c", "a", "b"]


@pytest.mark.parametrize(
    ("checks", "fault"),
    [
        ([made("a", "b"), made("b", "c"), made("c", "a")], "a -> b -> c -> a"),
        ([made("a", "a")], "a -> a"),
        ([made("a", "ghost")], "needs ghost, which does not exist"),
        ([made("a"), made("a")], "two checks have the id a"),
        ([made("a", "b"), made("b", level="should", points=0)], "needs b, which is only advice"),
    ],
)
def test_needs_that_lead_nowhere_are_refused(checks: list[Declared], fault: str) -> None:
    """Circles, strangers and twins are refused; so is a check that counts but hangs on mere advice."""
    with pytest.raises(UsageError, match=fault):
        in_order(checks, "t.py")


def test_asking_for_one_check_brings_what_it_needs() -> None:
    """`--only` keeps the order and takes ids or function names."""
    specs = {name: made(name, *needs).spec for name, needs in {"a-a": (), "b": ("a-a",), "c": ()}.items()}

    assert selected(["a-a", "b", "c"], specs, ["b"], "--only") == ["a-a", "b"]
    assert selected(["a-a", "b", "c"], specs, ["test_a_a"], "--only") == ["a-a"]
    assert selected(["a-a", "b", "c"], specs, [], "--only") == ["a-a", "b", "c"]


def test_asking_for_a_check_that_does_not_exist_names_those_that_do() -> None:
    """A misspelt id is wrong usage."""
    with pytest.raises(UsageError, match="choose from: a, b"):
        selected(["a", "b"], {"a": made("a").spec, "b": made("b").spec}, ["ab"], "--only")


def test_a_function_that_hides_another_is_refused(tmp_path: Path) -> None:
    """Python keeps only the second of two functions with one name, so the first check would silently never run."""
    path = tmp_path / "test_x.py"
    path.write_text("def test_a(): pass\n\ndef test_b(): pass\n\ndef test_a(): pass\n")

    with pytest.raises(UsageError, match=r"test_x.py:5: test_a is already defined in line 1"):
        duplicates_in(path)


@pytest.mark.parametrize("value", [None, {}, [Plan("a")], {"a": "b"}, {1: Plan("1")}, {"a": Plan("b")}])
def test_plans_that_are_no_plans_are_refused(value: object) -> None:
    """A mapping from name to plan, each filed under its own name, at least one."""
    with pytest.raises(UsageError, match="plan"):
        read_plans(value, "t.py")


def test_a_check_runs_the_plans_it_names_or_all() -> None:
    """The plans are run in the order named; a name that does not exist is refused."""
    plans = {"a": Plan("a"), "b": Plan("b")}

    assert plan_names(made("x"), plans, "t.py") == ("a", "b")
    assert plan_names(made("x", plans=("b",)), plans, "t.py") == ("b",)
    with pytest.raises(UsageError, match="asks for the plan 'c'"):
        plan_names(made("x", plans=("c",)), plans, "t.py")


def test_points_are_known_without_running_the_exercise(tmp_path: Path) -> None:
    """The list of exercises reads the markers; nothing of the test file is executed."""
    tmp_path.joinpath("test_x.py").write_text(
        "raise SystemExit\n@pytest.mark.check(points=3)\ndef test_a(run): ...\n"
        "@pytest.mark.check(4, level='should')\ndef test_b(run): ...\n@other\ndef test_c(run): ...\n"
    )

    assert points_in(str(tmp_path)) == 7
