"""The catalogues hold exactly the messages that are said, each with its translation, and the compiled files are in step."""

from __future__ import annotations

import pytest

from grader.batch.lint.translations import placeholders
from tests.unit.tree import ROOT
from tools.texts import Domain, binary, domains, is_translated, read

ENGLISH_ONLY: frozenset[str] = frozenset()
"""Exercises that have no Chinese texts yet. This list only gets shorter."""
DOMAINS = [each for each in domains() if each.path.parents[3].name not in ENGLISH_ONLY]
NAMES = [each.path.parents[3].name for each in DOMAINS]


@pytest.mark.parametrize("domain", DOMAINS, ids=NAMES)
def test_each_message_that_is_said_is_translated(domain: Domain) -> None:
    """None is missing, none has lost its place in the code, none is empty or only a guess (`make texts` puts them in)."""
    catalogue = read(domain.path)
    held = {entry.id if isinstance(entry.id, tuple) else (entry.id,) for entry in catalogue if entry.id}

    assert held == set(domain.messages)
    assert [entry.id for entry in catalogue if entry.id and (entry.fuzzy or not is_translated(entry))] == []


@pytest.mark.parametrize("domain", DOMAINS, ids=NAMES)
def test_a_translation_has_the_values_of_its_message(domain: Domain) -> None:
    """A value that is left out is a fact that is not told; one too many breaks the report. The number of a plural may go."""
    for entry in read(domain.path):
        wanted = frozenset.union(
            *(placeholders(form) for form in ((entry.id,) if isinstance(entry.id, str) else entry.id))
        )
        for words in (entry.string,) if isinstance(entry.string, str) else entry.string:
            assert not entry.id or placeholders(words) == wanted, entry.id


@pytest.mark.parametrize("domain", DOMAINS, ids=NAMES)
def test_what_is_read_at_run_time_is_what_was_written(domain: Domain) -> None:
    """The compiled file beside each source is made of it."""
    assert domain.compiled.read_bytes() == binary(read(domain.path))


def test_each_exercise_has_its_statement_in_both_languages() -> None:
    """Whether the two say the same is for `grader lint`."""
    folders = sorted(path.parent for path in ROOT.glob("exercises/*/exercise.yaml"))

    assert {folder.name for folder in folders if not (folder / "statement.zh.md.j2").is_file()} == ENGLISH_ONLY
