"""An exercise.yaml that is whole becomes an `Exercise`; any fault is told with file, line and next action."""

from pathlib import Path

import pytest

from grader.exercise import load_exercise
from grader.model import Exercise, Parameter
from tests.unit.exercise.authored import DEFINITION, exercise_folder, refusal


def test_a_whole_definition_becomes_an_exercise(tmp_path: Path) -> None:
    """Every key arrives in its field; id and folder come from the folder itself."""
    folder = exercise_folder(tmp_path)

    assert load_exercise(folder) == Exercise(
        id="small-one",
        title="Small one",
        version=3,
        concepts=("pipe", "fork"),
        difficulty=2,
        languages=("python", "c"),
        folder=str(folder),
        parameters=(
            Parameter("speed", "slow", "how fast", choices=("slow", "fast")),
            Parameter("count", 4, "how many", minimum=1, maximum=9),
        ),
        hints={"first-check": ("look here", "then there")},
    )


def test_parameters_and_hints_may_be_left_out(tmp_path: Path) -> None:
    """An exercise without knobs and hints is whole."""
    folder = exercise_folder(tmp_path, DEFINITION.partition("parameters:")[0])

    exercise = load_exercise(folder)

    assert (exercise.parameters, exercise.hints) == ((), None)


@pytest.mark.parametrize(
    ("line", "instead", "where", "fault"),
    [
        ("title: Small one", "titel: Small one", 1, "unknown key 'titel'"),
        ("title: Small one", "title: ''", 1, "title is not a text"),
        ("version: 3", "version: three", 2, "version is not a whole number"),
        ("version: 3", "version: true", 2, "version is not a whole number"),
        ("version: 3", "version: 0", 2, "version is 0"),
        ("difficulty: 2", "difficulty: 6", 4, "difficulty is 6"),
        ("concepts: [pipe, fork]", "concepts: pipe", 3, "concepts is not a list"),
        ("concepts: [pipe, fork]", "concepts: []", 3, "concepts is empty"),
        ("concepts: [pipe, fork]", "concepts: [pipe, pipe]", 3, "names something twice"),
        ("languages: [python, c]", "languages: [python, java]", 5, "unknown language 'java'"),
        ("languages: [python, c]", "prerequisites: [Not An Id]\nlanguages: [c]", 5, "is not an id"),
        ("choices: [slow, fast]", "choices: [fast, faster]", 7, "default of parameter 'speed' is not among"),
        ("choices: [slow, fast]", "choices: [slow, slow]", 7, "different values of one type"),
        ("choices: [slow, fast]", "choices: [slow, 1]", 7, "different values of one type"),
        ("choices: [slow, fast]", "choices: [slow, [fast]]", 7, "not a text, whole number or truth value"),
        ("choices: [slow, fast]", "choises: [slow, fast]", 7, "unknown key 'choises'"),
        ("minimum: 1", "minimum: 5", 8, "default of parameter 'count' is 4"),
        ("minimum: 1", "minimum: 10", 8, "minimum 10 above maximum 9"),
        ("minimum: 1, maximum: 9, ", "", 8, "either choices or a range"),
        ("minimum: 1, maximum: 9", "maximum: 9", 8, "has no 'minimum'"),
        ("  count: {", "  language: {", 8, "a name that templates cannot use"),
        ("  count: {", "  Count: {", 8, "a name that templates cannot use"),
        ("  first-check: [", "  First: [", 10, "not the id of a check"),
        ("  first-check: [", "  first-check: [{}, ", 10, "is not a text"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, line: str, instead: str, where: int, fault: str) -> None:
    """The message begins with `exercise.yaml:LINE:` and names what is wrong there."""
    assert line in DEFINITION
    folder = exercise_folder(tmp_path, DEFINITION.replace(line, instead))

    message = refusal(lambda: load_exercise(folder))

    assert message.startswith(f"{folder}/exercise.yaml:{where}: ")
    assert fault in message


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    """A definition without a title says so."""
    folder = exercise_folder(tmp_path, "version: 1\n")

    assert "has no 'title'" in refusal(lambda: load_exercise(folder))


def test_a_folder_without_definition_is_told(tmp_path: Path) -> None:
    """A missing exercise.yaml is a fault of usage, not a traceback."""
    assert "cannot be read: No such file" in refusal(lambda: load_exercise(tmp_path / "absent-one"))


def test_a_folder_name_that_is_no_id_is_refused(tmp_path: Path) -> None:
    """Ids are small letters and digits joined by '-'."""
    folder = exercise_folder(tmp_path, name="Small_One")

    assert "cannot be the id" in refusal(lambda: load_exercise(folder))
