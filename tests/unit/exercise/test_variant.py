"""A seed draws the same parameters everywhere, evenly, each by itself."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from grader.exercise import draw, load_exercise, seed_of
from grader.model import Constraint, Exercise, Parameter, Parameters
from tests.unit.exercise.authored import DEFINITION, exercise_folder, refusal


@pytest.fixture
def small(tmp_path: Path) -> Exercise:
    """The small exercise: one knob of two choices, one of nine numbers."""
    return load_exercise(exercise_folder(tmp_path))


@pytest.mark.parametrize("seed", [None, ""])
def test_without_a_seed_every_parameter_has_its_default(small: Exercise, seed: str | None) -> None:
    """The default variant is what a student without seed works on."""
    variant = draw(small, seed)

    assert variant.parameters == {"speed": "slow", "count": 4}
    assert variant.seed == ""


def test_known_seeds_draw_known_values(small: Exercise) -> None:
    """Computed apart, by `openssl dgst -sha256 -hmac SEED`: a change would give the students of a course another task."""
    drawn = {seed: tuple(draw(small, seed).parameters.values()) for seed in ("1", "2", "ada", "żółw")}

    assert drawn == {"1": ("slow", 4), "2": ("slow", 4), "ada": ("fast", 8), "żółw": ("fast", 8)}


def test_every_value_is_drawn_about_equally_often(small: Exercise) -> None:
    """Of 9,000 seeds each of nine numbers gets 1,000, give or take six standard deviations (29.8 each)."""
    counts = Counter(draw(small, str(seed)).parameters["count"] for seed in range(9_000))

    assert sorted(counts) == list(range(1, 10))
    assert all(abs(count - 1_000) < 180 for count in counts.values())


def test_a_further_parameter_leaves_the_others_as_they_were(tmp_path: Path, small: Exercise) -> None:
    """Parameters are drawn each by its own name, so an author may add one."""
    wider = DEFINITION.replace("  speed:", "  more: {default: 0, choices: [0, 1], meaning: new}\n  speed:")
    again = load_exercise(exercise_folder(tmp_path / "wider", wider))

    before, after = draw(small, "ada").parameters, draw(again, "ada").parameters

    assert {name: after[name] for name in before} == dict(before)


@pytest.mark.parametrize("seed", ["a\nb", "\x1b[2J", "\udcff", "x" * 257])
def test_a_seed_that_cannot_stand_on_one_line_is_refused(small: Exercise, seed: str) -> None:
    """Seeds are written into files and reports."""
    message = refusal(lambda: draw(small, seed))

    assert message.isprintable()
    assert "cannot be used" in message


@pytest.mark.parametrize(
    ("seed", "parameters"),
    [
        ("set:speed=fast", {"speed": "fast", "count": 4}),
        ("set:count=9,speed=fast", {"speed": "fast", "count": 9}),
        ("set:count=1", {"speed": "slow", "count": 1}),
    ],
)
def test_a_seed_may_set_parameters_instead_of_drawing_them(small: Exercise, seed: str, parameters: Parameters) -> None:
    """What it does not name has its default; and the variant's own seed says the same."""
    assert draw(small, seed).parameters == parameters
    assert draw(small, seed_of(small, parameters)).parameters == parameters


@pytest.mark.parametrize(
    ("seed", "fault"),
    [
        ("set:", "'' sets no parameter"),
        ("set:speed", "'speed' sets no parameter"),
        ("set:sped=fast", "'sped' is no parameter of small-one; use: speed, count"),
        ("set:speed=", "speed cannot be ''; use one of: slow, fast"),
        ("set:count=10", "count cannot be '10'; use a number from 1 to 9"),
        ("set:count=²", "count cannot be '²'"),
        ("set:count=--2", "count cannot be '--2'"),
        ("set:count=%0A4", "count cannot be '\\n4'"),
    ],
)
def test_a_seed_that_sets_what_cannot_be_is_refused(small: Exercise, seed: str, fault: str) -> None:
    """A slip of the pen must not give some other variant silently."""
    assert fault in refusal(lambda: draw(small, seed))


def test_a_seed_that_sets_what_a_constraint_forbids_is_refused(small: Exercise) -> None:
    """No way leads to a variant that the author has excluded."""
    narrow = replace(small, constraints=(Constraint("count < 5", ("count",), 9),))

    assert "break the constraint 'count < 5'" in refusal(lambda: draw(narrow, "set:count=5"))


def test_any_value_can_stand_in_a_seed() -> None:
    """Commas, signs, blanks, other scripts and truth values come back as they were."""
    texts = ("plain", "a,b=c", "100%", " blank ", "等待", "--", 'say "no"')
    knobs = (
        Parameter("text", "x", "", choices=("x", *texts)),
        Parameter("wide", default=False, meaning="", choices=(False, True)),
    )
    exercise = Exercise("small-one", "", 1, (), 1, ("c",), "/nowhere", parameters=knobs)

    for text in texts:
        parameters: Parameters = {"text": text, "wide": True}
        seed = seed_of(exercise, parameters)

        assert draw(exercise, seed).parameters == parameters
        assert seed.isprintable()
    assert seed_of(exercise, {"text": "x", "wide": False}) == ""
