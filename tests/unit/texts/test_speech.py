"""A message is said in the language that is spoken, wherever that was begun, and in English where it has no translation."""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path

import pytest

from grader.errors import UsageError
from grader.texts import catalogue_beside, gettext, ngettext, speaking, spoken
from tests.unit.tree import ROOT

ONE_WAY = ROOT / "exercises" / "pipe-one-way"


def test_nobody_who_asks_for_nothing_reads_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment is asked by commands alone: what uses grader as a library has English."""
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")

    assert (spoken(), gettext("seen")) == ("en", "seen")


def test_two_gradings_in_one_process_do_not_meet() -> None:
    """A language that is spoken in one context is not heard in another, and is over when its block is."""
    with speaking("zh"):
        other = copy_context()
        assert gettext("seen") == "现象"
        with speaking("en"):
            assert gettext("seen") == "seen"
        assert gettext("seen") == "现象"

    assert gettext("seen") == "seen"
    assert other.run(gettext, "seen") == "现象"


def test_values_stand_in_both_languages() -> None:
    """What comes from evidence is put in by name, and no brace in it is read as a place for another value."""
    with speaking("zh"):
        assert gettext("waits for: {checks}", checks="{reason}") == "等待：{reason}"

    assert gettext("waits for: {checks}", checks="{reason}") == "waits for: {reason}"
    assert gettext("{message} was said", message="this") == "this was said"


def test_a_number_chooses_its_form() -> None:
    """English has two forms, Chinese one."""
    forms = ("{number} run", "{number} runs")

    assert [ngettext(*forms, number) for number in (1, 2)] == ["1 run", "2 runs"]
    with speaking("zh"):
        assert [ngettext(*forms, number) for number in (1, 2)] == ["1 次运行", "2 次运行"]


def test_what_is_not_translated_is_said_in_english() -> None:
    """Half of a sentence in each language would be worse than a sentence in the other one."""
    with speaking("zh"), catalogue_beside(ONE_WAY):
        assert gettext("nobody has ever said this of {name}", name="P1") == "nobody has ever said this of P1"


def test_the_words_of_an_exercise_come_from_its_own_catalogue() -> None:
    """First that of the exercise, then that of grader; beside the exercise nobody hears of it."""
    with speaking("zh"):
        with catalogue_beside(ONE_WAY):
            assert (gettext("One-way pipe"), gettext("seen")) == ("单向管道", "现象")
        assert gettext("One-way pipe") == "One-way pipe"


def test_a_damaged_catalogue_is_named_with_its_way_out(tmp_path: Path) -> None:
    """A file that is no catalogue is a fault of whoever made it, and is said in one line."""
    place = tmp_path / "locale" / "zh_CN" / "LC_MESSAGES" / "exercise.mo"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"no catalogue")

    with speaking("zh"), pytest.raises(UsageError, match="not a message catalogue") as told, catalogue_beside(tmp_path):
        pass
    assert told.value.where == str(place)
