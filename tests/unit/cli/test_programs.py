"""In: words after `--`; out: the program, and itself once more for each group of arguments."""

from __future__ import annotations

import pytest

from grader import Root
from grader.cli.programs import split
from grader.errors import UsageError


def test_words_without_a_separator_are_one_program() -> None:
    """As ever."""
    assert split(("./a.out", "x", "y")) == ("./a.out", ("x", "y"), ())


def test_each_group_of_words_starts_the_program_once_more() -> None:
    """They are numbered from the second on."""
    found = split(("./a.out", "server", ":::", "client", "1", ":::", "client", "2"))

    assert found == (
        "./a.out",
        ("server",),
        (Root("program-2", ("client", "1")), Root("program-3", ("client", "2"))),
    )


@pytest.mark.parametrize("words", [(":::",), ("a", ":::"), (":::", "a"), ("a", ":::", ":::", "b")])
def test_a_separator_with_nothing_to_separate_is_refused(words: tuple[str, ...]) -> None:
    """The message says how it is written."""
    with pytest.raises(UsageError, match="stands between the arguments of two programs"):
        split(words)
