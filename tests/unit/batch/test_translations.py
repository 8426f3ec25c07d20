"""`grader lint` on an exercise in two languages: what one of them says and the other does not is named with its place."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from grader.exercise import load_exercise
from tests.unit.batch.courses import Planted, planted
from tools.texts import in_exercise

Plant = Callable[[Planted], None]


@pytest.fixture
def course(tmp_path: Path) -> Planted:
    """A course whose exercise has a second statement, the same but for some words, and all its messages."""
    course = planted(tmp_path)
    statement = (course.exercise / "statement.md.j2").read_text(encoding="utf-8")
    (course.exercise / "statement.zh.md.j2").write_text(statement.replace("the parent", "父进程"), encoding="utf-8")
    compiled(course, dict.fromkeys(messages(course)))
    return course


def messages(course: Planted) -> list[str]:
    """What the exercise says besides its statement."""
    return [message[0] for message, _ in in_exercise(course.exercise)]


def compiled(course: Planted, translations: dict[str, str | None]) -> None:
    """Write a catalogue; a message with None is translated somehow."""
    catalogue, target = Catalog(locale="zh_CN"), io.BytesIO()
    for message, words in translations.items():
        catalogue.add(message, f"译 {message}" if words is None else words)
    write_mo(target, catalogue)
    place = course.exercise / "locale" / "zh_CN" / "LC_MESSAGES" / "exercise.mo"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(target.getvalue())


def in_chinese(old: str, new: str) -> Plant:
    """Change the second statement."""
    return lambda course: course.change(course.exercise / "statement.zh.md.j2", old, new)


def untranslated(part: str) -> Plant:
    """Leave one message out of the catalogue."""
    return lambda course: compiled(course, {text: None for text in messages(course) if part not in text})


PLANTED: dict[str, tuple[Plant, str, str]] = {
    "a manual page": (
        in_chinese("pipe(7), ", ""),
        "statement.md.j2:",
        "the manual page pipe(7) does not stand in statement.zh",
    ),
    "another page": (
        in_chinese("pipe(7), ", "pipe(7), poll(2), "),
        "statement.zh.md.j2:",
        "poll(2) does not stand in statement.md",
    ),
    "points": (
        in_chinese("ends (rule 3) | 3 |", "ends (rule 3) | 2 |"),
        "statement.zh.md.j2:",
        "`child-is-reaped` | 2",
    ),
    "a row": (in_chinese("| `prints-the-word`", "| `says-the-word`"), "statement.zh.md.j2:", "`says-the-word`"),
    "a rule": (in_chinese("3. ", "* "), "statement.md.j2:", "the rule 3. does not stand in"),
    "code": (
        in_chinese("`{{ word }}`", "`{{ word }}s`"),
        "statement.zh.md.j2:",
        "the code `hellos` does not stand in statement.md",
    ),
    "a session": (
        in_chinese("$ {{ program }}", "$ {{ program }} | cat"),
        "statement.zh.md.j2:",
        "example sessions are not those",
    ),
    "a parameter": (in_chinese("{{ word }}", "hello"), "statement.zh.md.j2:1", "does not follow word = ahoy"),
    "a template": (in_chinese("{{ word }}", "{{ wort }}"), "statement.zh.md.j2:", "'wort' is undefined"),
    "the title": (untranslated("One word"), "exercise.yaml:", "no translation (zh) of 'One word"),
    "a hint": (
        untranslated("stays in the process table"),
        "exercise.yaml:",
        "no translation (zh) of 'A process that has ended",
    ),
    "a check's title": (
        untranslated("the word is printed"),
        "test_one_word.py:",
        "no translation (zh) of 'the word is printed",
    ),
}


def test_an_exercise_that_says_the_same_twice_has_no_fault(course: Planted) -> None:
    """The planted exercise is whole in both languages, or what is planted in it would prove nothing."""
    assert course.faults() == []


@pytest.mark.parametrize(("plant", "where", "fault"), PLANTED.values(), ids=PLANTED)
def test_what_one_language_lacks_is_named(course: Planted, plant: Plant, where: str, fault: str) -> None:
    """File, line, fault and what to do."""
    plant(course)

    assert [line for line in course.faults() if where in line and fault in line and "; " in line] != []


def test_half_of_a_translation_is_a_fault(course: Planted) -> None:
    """A statement without the titles and hints, and these without the statement; none at all is none."""
    statement = course.exercise / "statement.zh.md.j2"
    words = statement.read_text(encoding="utf-8")
    statement.unlink()
    assert [line for line in course.faults() if "no statement.zh.md.j2" in line] != []

    (course.exercise / "locale" / "zh_CN" / "LC_MESSAGES" / "exercise.mo").unlink()
    assert course.faults() == []

    statement.write_text(words, encoding="utf-8")
    assert [line for line in course.faults() if "titles and hints are not translated" in line] != []


def test_a_translation_with_other_values_is_a_fault(course: Planted) -> None:
    """A name in braces that the message does not have could not be filled in."""
    title = load_exercise(course.exercise).title
    compiled(course, dict.fromkeys(messages(course)) | {title: "译 {name}"})

    assert [line for line in course.faults() if "other placeholders: name" in line] != []
