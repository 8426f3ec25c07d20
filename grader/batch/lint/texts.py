"""In: an exercise's statement, stubs and hints; out: where they do not tell the student what the checks will ask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.batch.lint.desk import Desk
from grader.batch.lint.fault import Fault, of_error
from grader.errors import GraderError
from grader.exercise import EXTENSIONS, draw, program_name, render
from grader.model import CheckSpec

__all__ = ["text_faults"]

ROW = re.compile(r"^\|\s*`(?P<id>[^`|]+)`\s*\|(?P<words>.*)\|\s*(?P<points>[^|]*?)\s*\|\s*$", re.MULTILINE)
WORDS = {"should": ("should", "risk"), "style": ("style", "advice"), "must": ("must",)}
"""How a row names the level of a check; a must with points need not."""
STEP = re.compile(r"\bTODO (\d+)")
READING = re.compile(
    r"^#+[^\n]*\bread(?:ing)?\b[^\n]*\n(?:(?!#).*\n)*?.*\b[\w.]+\([1-8]\)", re.MULTILINE | re.IGNORECASE
)
EXAMPLE = re.compile(r"^```[^\n]*\n(?:(?!```).*\n)*?\$ ", re.MULTILINE)
NEXT_TO_TABLE = "write a row | `id` | what it asks | points | below 'What is verified'"


def text_faults(desk: Desk) -> Iterator[Fault]:
    """The statement asks for whatever a check demands; the stubs number what is to be done; each check has its ladder."""
    for language in desk.exercise.languages:
        yield from _statement(desk, language)
        yield from _stub(desk, language)
    yield from _hints(desk)


def _statement(desk: Desk, language: str) -> Iterator[Fault]:
    path = desk.folder / "statement.md.j2"
    if not path.is_file():
        return
    try:
        text = render(draw(desk.exercise), path.name, language)
    except GraderError as error:
        yield of_error(error, desk.here)
        return
    wanted = {
        "gives no example session": (EXAMPLE.search(text), "show one in a block ``` with lines that begin with '$ '"),
        "does not say what is out of scope": (
            re.search(r"^#+.*out of scope", text, re.MULTILINE | re.IGNORECASE),
            "add a section '## Out of scope'",
        ),
        "names no manual page to read": (READING.search(text), "add a section '## To read' with pages such as pipe(7)"),
        "does not name the file to write": (
            program_name(desk.exercise, language) in text,
            f"name {program_name(desk.exercise, language)}",
        ),
    }
    for fault, (found, action) in wanted.items():
        if not found:
            yield Fault(desk.at(path, line=1), f"the statement ({language}) {fault}", action)
    if desk.checks:
        yield from _table(desk, text, language)


def _table(desk: Desk, text: str, language: str) -> Iterator[Fault]:
    """The rows of the statement's table beside the checks' markers."""
    path = desk.folder / "statement.md.j2"
    rows = {match["id"]: match for match in ROW.finditer(text)}
    for check in desk.checks:
        if check.spec.id not in rows:
            fault = f"the check '{check.spec.id}' is not in the statement's table ({language})"
            yield Fault(desk.at(path, "| check"), fault, NEXT_TO_TABLE)
        elif said := _row_fault(check.spec, rows[check.spec.id]):
            yield Fault(desk.at(path, f"`{check.spec.id}`"), *said)
    known = {check.spec.id for check in desk.checks}
    for name in rows.keys() - known:
        yield Fault(
            desk.at(path, f"`{name}`"), f"the table names '{name}', which is no check", "name a check, or remove it"
        )


def _row_fault(spec: CheckSpec, row: re.Match[str]) -> tuple[str, str] | None:
    if row["points"] != str(spec.points):
        fault = f"the statement gives '{spec.id}' {row['points'] or 'no'} points, its marker {spec.points}"
        return fault, "write the same number in both"
    if not row["words"].strip():
        return f"the row of '{spec.id}' does not say what the check asks", "say it in a few words"
    counts_plainly = spec.level == "must" and spec.points > 0
    if not counts_plainly and not any(word in row["words"].lower() for word in WORDS[spec.level]):
        fault = f"the row of '{spec.id}' does not say that its level is {spec.level}"
        return fault, f"write the word {' or '.join(WORDS[spec.level])} into it"
    return None


def _stub(desk: Desk, language: str) -> Iterator[Fault]:
    path = desk.folder / f"stub{EXTENSIONS[language][0]}.j2"
    if not path.is_file():
        return
    try:
        text = render(draw(desk.exercise), path.name, language)
    except GraderError as error:
        yield of_error(error, desk.here)
        return
    steps = {int(number) for number in STEP.findall(text)}
    wanted = set(range(1, max(steps, default=1) + 1))
    if steps != wanted:
        missing = min(wanted - steps, default=0)
        fault = f"the stub has no TODO {missing}" if missing else "the steps of the stub begin below 1"
        yield Fault(desk.at(path, "TODO"), fault, "number what is to be done: TODO 1, TODO 2, …")


def _hints(desk: Desk) -> Iterator[Fault]:
    path = desk.folder / "exercise.yaml"
    hints = desk.exercise.hints or {}
    if not desk.checks:
        return
    for check in desk.checks:
        if len(hints.get(check.spec.id, ())) < 2:
            fault = f"the check '{check.spec.id}' has {'one hint' if check.spec.id in hints else 'no hints'}"
            yield Fault(desk.at(path, f"  {check.spec.id}:" if check.spec.id in hints else "hints:"), fault,
                        "write a ladder of at least two, the mildest first")  # fmt: skip
    for name in hints.keys() - {check.spec.id for check in desk.checks}:
        fault = f"the hints name '{name}', which is no check"
        yield Fault(desk.at(path, f"  {name}:"), fault, "name a check, or remove them")
