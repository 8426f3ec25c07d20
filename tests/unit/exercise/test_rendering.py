"""Templates see exactly the variant; what they get wrong is told with their line."""

from pathlib import Path

import pytest

from grader.exercise import draw, load_exercise, program_name, read_reference, render
from grader.model import Variant
from tests.unit.exercise.authored import exercise_folder, refusal


def variant(tmp_path: Path, text: str, **more: str) -> Variant:
    """The default variant of an exercise with the template `t.j2`."""
    return draw(load_exercise(exercise_folder(tmp_path, t__j2=text, **more)))


def test_a_template_sees_parameters_exercise_language_and_seed(tmp_path: Path) -> None:
    """The names are those the authors' guide lists."""
    text = "{{ speed }} {{ count }} {{ exercise.id }} {{ exercise.version }} {{ language }} [{{ seed }}]\n"

    assert render(variant(tmp_path, text), "t.j2", "c") == "slow 4 small-one 3 c []\n"


def test_lines_of_statements_leave_no_trace(tmp_path: Path) -> None:
    """A line that holds only a statement of the template language is not in the output, and the last newline stays."""
    text = 'a\n  {% if speed == "slow" %}\n  b\n  {% endif %}\nc\n'

    assert render(variant(tmp_path, text), "t.j2", "c") == "a\n  b\nc\n"


def test_a_template_may_use_another_one_of_the_exercise(tmp_path: Path) -> None:
    """Texts that several files need stand once, also for templates outside the exercise's folder."""
    (tmp_path / "ref").mkdir()
    (tmp_path / "ref" / "r.j2").write_text('{% from "m.j2" import say with context %}{{ say() }}')
    known = variant(tmp_path, "", m__j2="{% macro say() %}{{ speed }}!{% endmacro %}")

    assert render(known, "r.j2", "python", tmp_path / "ref") == "slow!"


@pytest.mark.parametrize(
    ("text", "where", "fault"),
    [
        ("a\n{{ sped }}\n", "t.j2:2", "'sped' is undefined"),
        ("a\n\n{% if %}\n", "t.j2:3", "template"),
        ("{{ 1 / 0 }}", "t.j2:1", "division by zero"),
        ("{{ ''.__class__.__mro__ }}", "t.j2:1", "unsafe"),
        ("{% for i in range(999999999) %}{% endfor %}", "t.j2:1", "Range too big"),
        ("{% include 'absent.j2' %}", "t.j2:1", "no template 'absent.j2'"),
        ("{% include '../../secret' %}", "t.j2:1", "no template '../../secret'"),
    ],
)
def test_a_fault_of_a_template_is_told_with_its_line(tmp_path: Path, text: str, where: str, fault: str) -> None:
    """An unknown name is never an empty text, and a template reaches nothing outside."""
    (tmp_path / "secret").write_text("secret")
    known = variant(tmp_path, text)

    message = refusal(lambda: render(known, "t.j2", "c"))

    assert f"{where}: " in message
    assert fault in message


def test_a_value_is_never_taken_for_a_template(tmp_path: Path) -> None:
    """A seed with template signs is written out as it is."""
    known = draw(variant(tmp_path, "{{ seed }}").exercise, "{{ 7 * 7 }}")

    assert render(known, "t.j2", "c") == "{{ 7 * 7 }}"


def test_a_program_is_named_after_its_exercise(tmp_path: Path) -> None:
    """The id with underscores, and the extension of the language."""
    exercise = variant(tmp_path, "").exercise

    assert [program_name(exercise, language) for language in ("c", "python")] == ["small_one.c", "small_one.py"]
    assert "cannot be solved in 'rust'" in refusal(lambda: program_name(exercise, "rust"))


def test_a_reference_program_is_read_as_a_submission(tmp_path: Path) -> None:
    """Templates are rendered, plain files taken as they are; both get the name that a student's file has."""
    (tmp_path / "wrong.c.j2").write_text("int n = {{ count }};\n")
    (tmp_path / "right.py").write_bytes(b"\xff{{ count }}")
    known = variant(tmp_path, "")

    wrong, right = read_reference(known, tmp_path / "wrong.c.j2"), read_reference(known, tmp_path / "right.py")

    assert (wrong.language, dict(wrong.files), wrong.main) == ("c", {"small_one.c": b"int n = 4;\n"}, "")
    assert (right.language, dict(right.files), right.main) == (
        "python",
        {"small_one.py": b"\xff{{ count }}"},
        "small_one.py",
    )


def test_a_reference_program_in_no_known_language_is_refused(tmp_path: Path) -> None:
    """Only C and Python programs can be reference programs."""
    known = variant(tmp_path, "")

    assert "neither a C nor a Python program" in refusal(lambda: read_reference(known, tmp_path / "x.rs.j2"))
    assert "cannot be read" in refusal(lambda: read_reference(known, tmp_path / "absent.py"))
