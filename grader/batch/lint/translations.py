"""In: an exercise with texts in Chinese; out: where those are missing, or say something else than the English ones.

An exercise without any is no fault: half of a translation is. Both statements are rendered and compared in what does not depend on
the language: manual pages, code, points, sessions, rules, and what follows which parameter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import partial
from string import Formatter

from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault, of_error
from grader.checks.wording import messages_in
from grader.errors import GraderError
from grader.exercise import draw, render, statement_name, translated
from grader.model import Exercise, Parameter, Variant
from grader.model.exercise import Value
from grader.texts import TONGUES, speaking, translation_in

__all__ = ["placeholders", "translation_faults"]

ENGLISH = "statement.md.j2"
FEATURES = {
    "the manual page": re.compile(r"\b[A-Za-z_][\w-]*\(\d[a-z]*\)"),
    "the code": re.compile(r"`[^`\n]+`"),
    "the row": re.compile(r"^\| (`[^`|]+`) \|.*(\| *\S*) \|$", re.MULTILINE),
    "the rule": re.compile(r"^\d+\. ", re.MULTILINE),
}
"""What both statements must have, whatever the language."""
BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)


def translation_faults(desk: Desk) -> Iterator[Fault]:
    """For each language that the exercise has texts in besides English: both statements agree, and no text is missing."""
    for tongue in TONGUES[1:]:
        statement = desk.folder / f"statement.{tongue}.md.j2"
        catalogue = next(desk.folder.glob(f"locale/{tongue}*/LC_MESSAGES/exercise.mo"), None)
        if statement.is_file():
            yield from _statements(desk, tongue)
        elif catalogue is not None:
            yield Fault(
                desk.at(catalogue), f"there is a catalogue, and no {statement.name}", "write that statement too"
            )
        if catalogue is not None:
            yield from _messages(desk, tongue)
        elif statement.is_file():
            action = "write locale/zh_CN/LC_MESSAGES/exercise.po and compile it; docs/authors.md shows how"
            yield Fault(
                desk.at(statement, line=1), "titles and hints are not translated, only the statement is", action
            )


def _statements(desk: Desk, tongue: str) -> Iterator[Fault]:
    """The two statements beside each other, for each language that the exercise can be solved in."""
    for language in desk.exercise.languages:
        try:
            english, other = (partial(_rendered, desk.exercise, language, each) for each in ("en", tongue))
            yield from _compared(desk, english({}), other({}), tongue)
            for knob in desk.exercise.parameters:
                yield from _followed(desk, knob, english, other, tongue)
        except GraderError as error:
            yield of_error(error, desk.here)
            return


def _rendered(exercise: Exercise, language: str, tongue: str, values: Mapping[str, Value]) -> str:
    """A statement in one language of text, of the default variant but for these parameters."""
    default = draw(exercise)
    with speaking(tongue):
        variant = Variant(translated(exercise), "", {**default.parameters, **values})
        return render(variant, statement_name(exercise, tongue), language)


def _compared(desk: Desk, english: str, other: str, tongue: str) -> Iterator[Fault]:
    first, second = (desk.folder / name for name in (ENGLISH, f"statement.{tongue}.md.j2"))
    for what, pattern in FEATURES.items():
        here, there = (
            {" ".join(match.groups()) or match[0] for match in pattern.finditer(text)} for text in (english, other)
        )
        for path, lacking, extra in ((first, second, here - there), (second, first, there - here)):
            for each in sorted(extra):
                place = desk.at(path, each.split(" |")[0])
                yield Fault(place, f"{what} {each.strip()} does not stand in {lacking.name}", "say the same in both")
    if _sessions(english) != _sessions(other):
        yield Fault(desk.at(second, "$ "), f"the example sessions are not those of {ENGLISH}", "show the same in both")


def _sessions(text: str) -> list[str]:
    """The blocks in which commands are typed."""
    return [block for block in BLOCK.findall(text) if re.search(r"^\$ ", block, re.MULTILINE)]


def _followed(desk: Desk, knob: Parameter, english: partial[str], other: partial[str], tongue: str) -> Iterator[Fault]:
    """A value of a parameter that changes one statement changes the other."""
    for value in knob.choices or (knob.minimum or 0, knob.maximum or 0):
        changes = [made({knob.name: value}) != made({}) for made in (english, other)]
        if changes[0] != changes[1]:
            lacking = f"statement.{tongue}.md.j2" if changes[0] else ENGLISH
            fault = f"this statement does not follow {knob.name} = {value}, the other one does"
            yield Fault(desk.at(desk.folder / lacking, line=1), fault, "say in both what depends on the parameter")


def _messages(desk: Desk, tongue: str) -> Iterator[Fault]:
    """Every text has a translation with the same placeholders."""
    for message, where in _texts(desk):
        words = translation_in(desk.folder, tongue, message)
        if not words:
            fault = f"no translation ({tongue}) of '{message if len(message) < 50 else message[:48] + '…'}'"
            yield Fault(where, fault, "translate it in locale/zh_CN/LC_MESSAGES/exercise.po, and compile that")
        elif placeholders(words) - {"number"} != placeholders(message) - {"number"}:
            fault = f"the translation ({tongue}) has other placeholders: {', '.join(sorted(placeholders(words)))}"
            yield Fault(where, fault, f"use {', '.join(sorted(placeholders(message))) or 'none'}")


def _texts(desk: Desk) -> Iterator[tuple[str, str]]:
    """Each text of exercise.yaml and of the checks with its place."""
    exercise, path = desk.exercise, desk.folder / "exercise.yaml"
    hints = [step for ladder in (exercise.hints or {}).values() for step in ladder]
    meanings = [knob.meaning for knob in exercise.parameters]
    for text in (exercise.title, *exercise.concepts, *meanings, *hints):
        yield text, desk.at(path, text[:40])
    test = next(desk.folder.glob("test_*.py"), None)
    if test is None or not desk.checks:
        return
    for check in desk.checks:
        yield check.spec.title, desk.at(test, line=check.line)
    for message, line in messages_in(ast.parse(test.read_bytes())):
        yield message[0], desk.at(test, line=line)


def placeholders(message: str) -> frozenset[str]:
    """The names in braces of a message; of a text that is none (unpaired braces), nothing."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)
    except ValueError:
        return frozenset()
