"""What comes from a student's program is shown on a terminal and never obeyed by it."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.visible import cells, clip, fitting, fold, padded, visible

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ✓ text é 漢", "plain ✓ text é 漢"),
        ("\x1b[2J\x07\x00", "\\x1b[2J\\x07\\x00"),
        ("a\r\nb\tc", "a\\r\\nb\\tc"),
        ("\x9b1m \x7f", "\\x9b1m \\x7f"),
        ("\u202egpj.exe \u2066\u2069\u200f", "\\u202egpj.exe \\u2066\\u2069\\u200f"),
        ("zero\u200bwidth \ufeff \u00ad", "zero\\u200bwidth \\ufeff \\xad"),
        ("line\u2028paragraph\u2029 \u00a0", "line\\u2028paragraph\\u2029 \\xa0"),
        ("\udcff \U000e0041", "\\udcff \\U000e0041"),
    ],
)
def test_characters_that_a_terminal_obeys_become_escapes(text: str, shown: str) -> None:
    """Control characters, marks of direction, invisible and separating characters, bytes that are no text."""
    assert visible(text) == shown


@given(ANY_TEXT)
def test_visible_text_is_always_printable(text: str) -> None:
    """Whatever goes in, what comes out has only printable characters and stays on one line."""
    shown = visible(text)

    assert shown.isprintable()
    shown.encode("utf-8")


@given(ANY_TEXT, st.integers(1, 40))
def test_folding_loses_nothing(text: str, width: int) -> None:
    """No line is too long, and between two lines at most one space is left out."""
    position = 0
    for line, end in fold(text, width):
        assert len(line) <= width
        assert text[end - len(line) : end] == line
        assert text[position : end - len(line)] in {"", " "}
        position = end
    assert position == len(text)


@given(ANY_TEXT, st.integers(1, 40), st.integers(2, 5))
def test_a_cut_counts_what_it_leaves_out(text: str, width: int, most: int) -> None:
    """Either all is shown, or the last line says how many bytes are missing: shown and missing are the whole."""
    lines = clip(text, width, most, "FILE")

    assert 1 <= len(lines) <= most
    if lines[-1].endswith("more bytes, see FILE)"):
        missing = int(lines[-1].split()[1].lstrip("("))
        size = len(text.encode("utf-8", "backslashreplace"))
        kept = sum(len(line.encode("utf-8", "backslashreplace")) for line in lines[:-1])
        assert kept + missing <= size <= kept + missing + most
    else:
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_cut_of_a_huge_text_is_quick_and_exact() -> None:
    """A program may print megabytes; the first lines are cut off it without folding the rest."""
    lines = clip("x" * 50_000_000, 60, 3, "result.json")

    assert lines == ["x" * 60, "x" * 60, "… (49999880 more bytes, see result.json)"]


def test_signs_that_an_encoding_lacks_are_replaced() -> None:
    """On a terminal without UTF-8 the report stays readable, and never fails."""
    ascii_stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    utf8_stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")

    assert fitting("✓ a · b … 漢", ascii_stream) == "+ a - b ... \\u6f22"
    assert fitting("✓ a · b … 漢", utf8_stream) == "✓ a · b … 漢"


def test_chinese_is_broken_between_its_characters() -> None:
    """No space is needed, a wide character takes two columns, and no line begins with the sign that ends a clause."""
    lines = [line for line, _ in fold("P1 阻塞在 read(3)，事件 57，因为管道还有写者。", 12)]

    assert lines == ["P1 阻塞在", "read(3)，事", "件 57，因为", "管道还有写", "者。"]
    assert [line for line in lines if cells(line) > 12] == []


@given(st.text("管道，。（）ab ", max_size=60), st.integers(2, 12))
def test_folding_wide_characters_loses_nothing(text: str, width: int) -> None:
    """No line has more columns than there are, and between two lines at most one space is left out."""
    position = 0
    for line, end in fold(text, width):
        assert cells(line) <= width
        assert text[position : end - len(line)] in {"", " "}
        position = end
    assert position == len(text)


def test_a_label_is_padded_by_its_columns() -> None:
    """Two for a wide character."""
    assert [padded("seen", 7), padded("现象", 7)] == ["seen   ", "现象   "]
