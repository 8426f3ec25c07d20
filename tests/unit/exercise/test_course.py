"""A course is found by option, variable, position or installation, in this order."""

from pathlib import Path

import pytest

from grader.exercise import find_course, in_teaching_order, load_course
from grader.model import Exercise
from tests.unit.exercise.authored import exercise_folder, refusal


def course(root: Path, name: str = "small-one") -> Path:
    """A course with one exercise."""
    exercise_folder(root, name=name)
    return root


def test_a_course_lists_its_exercises_by_id(tmp_path: Path) -> None:
    """Every folder with an exercise.yaml counts; other folders do not."""
    exercise_folder(tmp_path, name="b-two")
    exercise_folder(tmp_path, name="a-one")
    (tmp_path / "exercises" / "notes").mkdir()

    found = load_course(tmp_path)

    assert found.ids == ("a-one", "b-two")
    assert [exercise.id for exercise in found.exercises()] == ["a-one", "b-two"]
    assert found.reference == ""


def test_a_course_knows_its_reference_folder(tmp_path: Path) -> None:
    """Authors have a reference folder beside exercises/."""
    course(tmp_path).joinpath("reference").mkdir()

    assert load_course(tmp_path).reference == str(tmp_path / "reference")


def test_an_unknown_exercise_names_those_that_exist(tmp_path: Path) -> None:
    """The next action is the list of ids."""
    message = refusal(lambda: load_course(course(tmp_path)).exercise("smal-one\x1b"))

    assert "no exercise 'smal-one\\x1b'" in message
    assert "small-one" in message


@pytest.mark.parametrize("name", ["empty", "absent", "nul\0"])
def test_a_folder_without_exercises_is_no_course(tmp_path: Path, name: str) -> None:
    """The folder may be empty, absent or impossible: it is a fault of usage."""
    (tmp_path / "empty").mkdir()

    assert "no course" in refusal(lambda: load_course(tmp_path / name)) or name == "nul\0"


def test_the_option_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An explicit folder wins over the variable and the place."""
    monkeypatch.setenv("GRADER_COURSE", str(course(tmp_path / "variable", "by-variable")))

    assert find_course(str(course(tmp_path / "option", "by-option"))).ids == ("by-option",)


def test_the_variable_comes_before_the_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GRADER_COURSE wins over a course that one stands in."""
    monkeypatch.setenv("GRADER_COURSE", str(course(tmp_path / "variable", "by-variable")))
    place = course(tmp_path / "place", "by-place")

    assert find_course(start=place).ids == ("by-variable",)


def test_an_enclosing_course_is_found_from_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From any folder inside a course, that course is meant."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)
    below = course(tmp_path, "by-place") / "work" / "mine"
    below.mkdir(parents=True)

    assert find_course(start=below).ids == ("by-place",)


def test_without_any_hint_the_course_of_the_package_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed grader, or a checkout, brings its own exercises."""
    monkeypatch.delenv("GRADER_COURSE", raising=False)

    assert "pipe-one-way" in find_course(start=tmp_path).ids


def test_exercises_are_taught_after_those_that_they_need() -> None:
    """Otherwise easier ones first, then by name; one that needs itself, or what no course has, is not lost."""
    made = {
        name: Exercise(name, name, 1, (), difficulty, ("c",), "", prerequisites=needs)
        for name, difficulty, needs in (
            ("b", 1, ("late",)),
            ("late", 3, ()),
            ("a", 2, ("elsewhere",)),
            ("c", 2, ()),
            ("round", 1, ("round",)),
        )
    }

    assert [each.id for each in in_teaching_order(made.values())] == ["a", "c", "late", "b", "round"]


def test_the_lecture_is_taught_from_the_first_process_on() -> None:
    """The exercises of this course: each once, none before what it needs."""
    course = find_course("")
    order = [each.id for each in in_teaching_order(course.exercises())]

    assert sorted(order) == sorted(course.ids)
    assert order[0] == "fork-exit-codes"
    for exercise in course.exercises():
        assert all(order.index(name) < order.index(exercise.id) for name in exercise.prerequisites)
