"""In: the messages in code, exercise.yaml and docstrings; out: the catalogues of the other language, updated and compiled.

Run by `make texts`. A message that is new gets an empty translation, and one that is gone is dropped: nothing is guessed. What
the standard library reads at run time (`*.mo`) is compiled here and kept beside its source, so a checkout needs no step.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from grader.checks.source import checks_file, written_in
from grader.checks.wording import SAYS, Message, counted_forms, messages_in
from grader.exercise import load_exercise

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "zh_CN"


@dataclass(frozen=True, slots=True)
class Domain:
    """One catalogue: its source, and every message (one form, or two) with what it is."""

    path: Path
    messages: dict[Message, str]

    @property
    def compiled(self) -> Path:
        """Where the compiled catalogue lies."""
        return self.path.with_suffix(".mo")


def domains() -> Iterator[Domain]:
    """The catalogue of grader, and that of each exercise."""
    package = ROOT / "grader"
    messages = dict(pair for path in sorted(package.rglob("*.py")) for pair in in_code(path, path.relative_to(ROOT)))
    yield Domain(_place(package / "texts", "grader"), messages)
    for folder in sorted(path.parent for path in (ROOT / "exercises").glob("*/exercise.yaml")):
        yield Domain(_place(folder, "exercise"), dict(in_exercise(folder)))


def _place(folder: Path, domain: str) -> Path:
    return folder / "locale" / LOCALE / "LC_MESSAGES" / f"{domain}.po"


def in_code(path: Path, name: Path | str) -> Iterator[tuple[Message, str]]:
    """The messages that a module says or marks, each with the module's name."""
    calls = (node for node in ast.walk(ast.parse(path.read_bytes(), str(path))) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        if isinstance(call.func, ast.Name) and call.func.id == "counted" and (forms := counted_forms(call)):
            yield forms, str(name)
        elif isinstance(call.func, ast.Name) and call.func.id in SAYS:
            said = [part.value for part in call.args[: SAYS[call.func.id]] if isinstance(part, ast.Constant)]
            if said:  # else it is a text that comes from elsewhere, as that of exercise.yaml
                yield tuple(map(str, said)), str(name)


def in_exercise(folder: Path) -> Iterator[tuple[Message, str]]:
    """What a student reads of an exercise besides its statement: of exercise.yaml, of the checks' docstrings and findings."""
    exercise = load_exercise(folder)
    yield (exercise.title,), "title"
    yield from (((concept,), "concept") for concept in exercise.concepts)
    yield from (((knob.meaning,), f"parameter {knob.name}") for knob in exercise.parameters)
    for check in written_in(str(folder)):
        yield (check.spec.title,), f"title of {check.spec.id}"
    for name, ladder in (exercise.hints or {}).items():
        yield from (((step,), f"hint of {name}") for step in ladder)
    test = checks_file(str(folder))
    yield from ((message, test.name) for message, _ in messages_in(ast.parse(test.read_bytes())))


def read(path: Path) -> Catalog:
    """The catalogue as it stands; an empty one where there is none yet."""
    if not path.is_file():
        return Catalog(locale=LOCALE, domain=path.stem, fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, domain=path.stem, abort_invalid=True)


def updated(domain: Domain) -> Catalog:
    """The catalogue with exactly the messages that are said today."""
    old = read(domain.path)
    new = Catalog(locale=LOCALE, domain=domain.path.stem, project="grader", version="1", header_comment="", fuzzy=False,
                  last_translator="the grader authors", language_team="zh_CN",
                  creation_date=old.creation_date, revision_date=old.creation_date)  # fmt: skip
    for message, what in domain.messages.items():
        key = message[0] if len(message) == 1 else message
        known = old.get(message[0])
        words = known.string if known is not None else ("",) * len(message) if len(message) > 1 else ""
        new.add(key, words if isinstance(words, str) else tuple(words)[: new.num_plurals], auto_comments=[what])
    return new


def is_translated(entry: Entry) -> bool:
    """Whether every form of a message has its words."""
    return all((entry.string,) if isinstance(entry.string, str) else entry.string)


def source(catalogue: Catalog) -> bytes:
    """The text of the `.po` file."""
    target = io.BytesIO()
    write_po(target, catalogue, width=120, no_location=True)
    return target.getvalue()


def binary(catalogue: Catalog) -> bytes:
    """The bytes of the `.mo` file."""
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def main() -> int:
    """Write every catalogue anew; 1 if some message has no translation."""
    missing = 0
    for domain in domains():
        catalogue = updated(domain)
        domain.path.parent.mkdir(parents=True, exist_ok=True)
        domain.path.write_bytes(source(catalogue))
        domain.compiled.write_bytes(binary(catalogue))
        empty = sum(not is_translated(entry) for entry in catalogue if entry.id)
        missing += empty
        print(f"{domain.path.relative_to(ROOT)}: {len(domain.messages)} messages, {empty} without translation")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
