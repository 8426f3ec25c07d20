"""An author writes f-strings; where another language is spoken they are messages, and no verdict hangs on the language."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import pytest

from grader.checks import counted
from grader.checks.wording import messages_in, reworded
from grader.texts import gettext, speaking

SOURCE = """
def seen_of(process, event, names):
    return said(
        seen=f"{process.name} {gone(process)}, event {event.n}: " + (" and ".join(names) or "no pipe") + f"; {names!r}",
        why="many" if len(names) == 2 else f"{'few' if names else 'none'} of {counted(len(names), 'slot')}",
        events=[f"no text {event.n}"],
    )


def gone(process):
    return gettext(f"has gone from {process.place}")


def handed(does):
    return said(seen=f"P1 {does}")


def asked(name):
    line = f"the line {name}"
    return said(seen=f"{line!r}") if line == "the line x" else said(seen="another line")
"""


class Process:
    """What a check looks at."""

    name, place, n = "P1", "here", 7


def said(**parts: object) -> object:
    """What the message would be."""
    return " | ".join(str(parts[name]) for name in ("seen", "why") if name in parts)


@pytest.fixture
def module(tmp_path: Path) -> ModuleType:
    """A test file, loaded as pytest would."""
    path = tmp_path / "test_worded.py"
    path.write_text(SOURCE, encoding="utf-8")
    specification = importlib.util.spec_from_file_location("test_worded", path)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    vars(module).update(said=said, counted=counted, gettext=gettext)
    return module


def messages(source: str) -> list[str]:
    """The first form of each message of a source."""
    return [message[0] for message, _ in messages_in(ast.parse(source))]


def outcomes(module: ModuleType) -> list[object]:
    """What the functions say."""
    return [
        module.seen_of(Process, Process, ["A", "B"]),
        module.seen_of(Process, Process, []),
        module.handed("sleeps in {read}"),
        module.asked("x"),
        module.asked("y"),
    ]


def test_in_english_nothing_is_said_otherwise(module: ModuleType) -> None:
    """Every sentence is, byte for byte, what the f-string makes."""
    plain = outcomes(module)
    reworded(module, Path(str(module.__file__)))

    assert outcomes(module) == plain
    assert plain[0] == "P1 has gone from here, event 7: A and B; ['A', 'B'] | many"


def test_in_another_language_each_part_is_said_there(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences, their parts, single words between which a condition chooses; what is quoted or compared stays."""
    reworded(module, Path(str(module.__file__)))
    monkeypatch.setitem(vars(module), "__gettext__", lambda text, **values: f"<{text}>".format(**values))
    monkeypatch.setitem(vars(module), "gettext", lambda text, **values: f"«{text}»".format(**values))

    assert module.seen_of(Process, Process, ["A", "B"]) == (
        "<P1 «has gone from here», event 7: >A< and >B; ['A', 'B'] | <many>"
    )
    assert module.seen_of(Process, Process, []).endswith(" | <<none> of 0 slots>")
    assert (module.asked("x"), module.asked("y")) == ("'the line x'", "<another line>")


def test_the_messages_of_a_file_are_those_that_it_says() -> None:
    """Names come from what is put in; a number of things has two forms."""
    found = messages(SOURCE)

    assert {"{process} {gone}, event {event}: ", " and ", "no pipe", "{value} of {counted}"} <= set(found)
    assert {"has gone from {place}", "P1 {does}", "another line", "{number} slot", "many", "few", "none"} <= set(found)
    assert [text for text in found if "no text" in text or "the line" in text] == []


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ('f"{a.name} and {b.name} at {e.n}"', "{a} and {b} at {e}"),
        ('f"{a.call} before {b.call}"', "{call} before {b_call}"),
        ('f"{len(made)} of {len(made)} and {made[0].n}"', "{made} of {made} and {made2}"),
        ("f\"{{x}} {e.text('signal')} {fate(run, p)!r}\"", "{{x}} {signal} {fate}"),
        ('f"{e.n:#04x} bytes"', "{e} bytes"),
    ],
)
def test_values_have_the_names_that_a_translator_reads(written: str, message: str) -> None:
    """Different values have different names, the same value has one."""
    assert messages(f"fail(seen={written})") == [message]


def test_lines_stay_where_they_are(module: ModuleType) -> None:
    """A traceback of a check that is at fault shows the author's own line."""
    before = module.gone.__code__.co_firstlineno
    reworded(module, Path(str(module.__file__)))

    assert module.gone.__code__.co_firstlineno == before


def test_a_helper_says_its_findings_in_the_language_that_is_spoken() -> None:
    """Also a text that comes whole from elsewhere."""
    from grader.checks import Violation, fail

    def failing() -> NoReturn:
        fail(seen="P1 was there", why="only a wait that has returned the status of a child says that it has ended",
             next="call fork once", events=(1,))  # fmt: skip

    with speaking("zh"), pytest.raises(Violation) as told:
        failing()
    assert told.value.finding.seen == "P1 was there"
    assert told.value.finding.next == "只调用一次 fork"
