"""In: docs/matrix.md; out: that it says what the exercises say, and that it shows no hole."""

from __future__ import annotations

from tools.matrices import PAGE, page


def test_the_page_is_what_the_command_writes() -> None:
    """`make matrix` after a change of checks or of expected.yaml."""
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make matrix`"


def test_every_check_that_counts_fails_a_program_that_no_other_check_fails() -> None:
    """The page marks holes; there is none, and each language's programs are told apart."""
    text = page()

    assert "←" not in text
    assert "are asked for" not in text
