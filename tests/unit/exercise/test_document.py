"""YAML is read as plain data within limits; hostile and broken files are refused with a line."""

from pathlib import Path

import pytest

from grader.exercise.document import MAX_BYTES, load_document
from tests.unit.exercise.authored import refusal


def document(tmp_path: Path, text: str | bytes) -> Path:
    """A YAML file with this content."""
    path = tmp_path / "file.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_every_value_knows_its_line(tmp_path: Path) -> None:
    """Nodes carry the line on which they begin, counted from 1."""
    root = load_document(document(tmp_path, "a: 1\nb:\n  - x\n  - y\n"))

    second = root.mapping("root")["b"].items("b")[1]

    assert (second.value, second.line) == ("y", 4)


@pytest.mark.parametrize(
    ("text", "where", "fault"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3, "not valid YAML"),
        ("a: 1\nb: !!python/object/apply:os.system ['true']\n", 2, "unknown key"),
        ("a: 1\nb: !!python/name:os.system x\n", 2, "is not plain data"),
        ("a: 2020-01-02\n", 1, "dates and binary data are not used"),
        ("a: 1\na: 2\n", 2, "the key 'a' stands twice"),
        ("1: a\n", 1, "a key is not a text"),
        (b"a: 1\nb: \xff\n", 2, "not UTF-8"),
        ("a: \x01\n", 1, "not valid YAML"),
        ("", 1, "the file is empty"),
        ("[" * 1000 + "]" * 1000, 1, "nested deeper than"),
        ("a: &a [*a]\n", 1, "aliases expand to too much"),
    ],
)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str | bytes, where: int, fault: str) -> None:
    """Whatever is wrong, the message names file and line."""
    path = document(tmp_path, text)

    message = refusal(lambda: load_document(path).only(("a",), "it").get("b"))

    assert message.startswith(f"{path}:{where}: ")
    assert fault in message


def test_nested_aliases_are_refused_before_they_fill_the_memory(tmp_path: Path) -> None:
    """Nine lines that would become a thousand million values are over the limit."""
    lines = ["l0: &l0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 10)}]" for i in range(1, 9)]

    assert "aliases expand to too much" in refusal(lambda: load_document(document(tmp_path, "\n".join(lines))))


def test_a_few_aliases_are_fine(tmp_path: Path) -> None:
    """An anchor that is used twice is plain YAML."""
    root = load_document(document(tmp_path, "a: &x [1, 2]\nb: *x\n")).mapping("root")

    assert [item.value for item in root["b"].items("b")] == [1, 2]


def test_a_file_above_the_limit_is_not_parsed(tmp_path: Path) -> None:
    """Size is bounded before anything is parsed."""
    assert "larger than" in refusal(lambda: load_document(document(tmp_path, b"#" * (MAX_BYTES + 1))))


def test_a_key_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    """Control characters of the file reach a message as escapes only."""
    message = refusal(lambda: load_document(document(tmp_path, '"\\e[2J": 1\n')).only(("a",), "it"))

    assert "\x1b" not in message
    assert "\\x1b[2J" in message
