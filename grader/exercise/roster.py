"""In: a CSV of students as a platform exports it; out: `Entry` for each, or every fault in it with its line.

Read as they come: UTF-8 with or without a byte order mark and UTF-16 with one; commas, semicolons or tabs; quoted cells.
Columns are known by the names that Moodle, Canvas, Gradescope, Blackboard, Brightspace and GitHub Classroom give them.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import UsageError
from grader.exercise.document import shown
from grader.exercise.student import student_id
from grader.frozen import dataclass

__all__ = ["Entry", "Roster", "read_roster"]

MAX_BYTES = 16 * 1024 * 1024
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
SEPARATORS = ",;\t"

IDS = (
    "student id", "studentid", "sid", "student number", "id number", "sis user id", "org defined id", "orgdefinedid",
    "matriculation number", "学号", "sis login id", "id", "identifier", "username", "user name", "login",
)  # fmt: skip
"""Names of the column with the id, the one that is preferred first: what a school gives before what a person chooses."""

NAMES = ("name", "full name", "student", "student name", "display name", "姓名", "全名")
FIRST = ("first name", "firstname", "given name", "名")
LAST = ("last name", "lastname", "surname", "family name", "姓", "姓氏")
MAILS = ("email", "e mail", "email address", "e mail address", "mail", "邮箱", "电子邮件", "电子邮箱", "电子邮件地址")

Cells = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One student: the id in its one form, name and e-mail address as they were written (perhaps empty), and the line."""

    id: str
    name: str
    email: str
    line: int


@dataclass(frozen=True, slots=True)
class Roster:
    """The students in the order of the file. With any fault it is no roster to hand out by."""

    entries: tuple[Entry, ...]
    faults: tuple[UsageError, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where in a row the id, the name and the address are; -1 where there is no such column."""

    id: int
    name: tuple[int, ...]
    email: int


def read_roster(path: str | Path, id_column: str = "") -> Roster:
    """Read a roster. `id_column` names the column of the ids where it has an unusual name, or another one is meant.

    Raises UsageError for a file that cannot be read as a table; faults of its rows are in `Roster.faults`, each with its line.
    """
    where = shown(str(path))
    text = _text(Path(path), where)
    rows = list(_rows(text, where))
    if not rows:
        raise UsageError("is empty", where=where, action="export the roster anew; its first line names the columns")
    (line, header), *others = rows
    columns = _columns(header, [cells for _, cells in others], f"{where}:{line}", id_column)
    entries: dict[str, Entry] = {}
    faults: list[UsageError] = []
    for line, cells in others:
        if not any(cell.strip() for cell in cells) or _no_student(cells, columns):
            continue
        try:
            entry = _entry(cells, columns, line, len(header))
            _refuse_twin(entry, entries)
        except ValueError as fault:
            words, action = fault.args
            faults.append(UsageError(words, where=f"{where}:{line}", action=action))
    if not entries and not faults:
        raise UsageError("has no student below its first line", where=where, action="export the roster anew")
    return Roster(tuple(entries.values()), tuple(faults))


def _text(path: Path, where: str) -> str:
    """The text of the file, whatever of the usual encodings it has."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot be read: {reason}", where=where, action="check the path") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"larger than {MAX_BYTES} bytes", where=where, action="name the CSV file of the roster")
    mark, encoding = next(((mark, name) for mark, name in MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        return data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = data[len(mark) : len(mark) + error.start].decode(encoding, "replace").count("\n") + 1
        action = "save it as 'CSV UTF-8' (spreadsheets offer it), or as UTF-16 with a byte order mark"
        raise UsageError(
            f"neither UTF-8 nor marked UTF-16: {error.reason}", where=f"{where}:{line}", action=action
        ) from None


def _rows(text: str, where: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins. A first line `sep=;`, as Excel writes it, tells the separator."""
    said = re.match(r"sep=(.)\r?\n", text)
    skipped = 1 if said else 0
    text = text[said.end() :] if said else text
    separator = said[1] if said else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line + skipped, cells
            line = reader.line_num + 1
    except csv.Error as error:
        action = "correct the quotes: a quote inside a quoted cell is written twice"
        raise UsageError(f"not a table: {error}", where=f"{where}:{line + skipped}", action=action) from None


def _separator(text: str) -> str:
    """The sign that is most frequent in the first line, outside quotes; a comma if there is none."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n")).splitlines()[:1]
    return max(SEPARATORS, key=first[0].count) if first else ","


def _columns(header: list[str], rows: list[list[str]], where: str, id_column: str) -> _Columns:
    """Where everything is. Raises UsageError if no column can be the id."""
    names = [_plain(cell) for cell in header]
    known = ", ".join(f"'{shown(cell.strip())}'" for cell in header if cell.strip())
    wanted = (_plain(id_column),) if id_column else IDS
    found = [names.index(name) for name in wanted if name in names]
    if not found:
        fault = (
            f"there is no column '{shown(id_column)}'" if id_column else "no column is known to hold the students' ids"
        )
        raise UsageError(f"{fault}; there are: {known or 'none'}", where=where, action="name it with --id-column NAME")
    twice = next((at for at in found if names.count(names[at]) > 1), None)
    if twice is not None and (id_column or found[0] == twice):
        raise UsageError(f"two columns are called '{shown(header[twice])}'", where=where, action="rename one of them")
    filled = [at for at in found if any(at < len(cells) and cells[at].strip() for cells in rows)]
    parts = tuple(names.index(name) for group in (FIRST, LAST) for name in group if name in names)
    whole = tuple(names.index(name) for name in NAMES if name in names)[:1]
    mails = [names.index(name) for name in MAILS if name in names]
    return _Columns((filled or found)[0], whole or parts, mails[0] if mails else -1)


def _plain(cell: str) -> str:
    """The name of a column without case, and with one blank for signs between its words."""
    words = re.split(r"[\s_\-]+", unicodedata.normalize("NFKC", cell).strip().strip("#").casefold())
    return " ".join(word for word in words if word)


def _no_student(cells: list[str], columns: _Columns) -> bool:
    """Rows that Canvas adds without an id: the points that are possible, and a student for trying things out."""
    return not _cell(cells, columns.id) and cells[0].strip() in {"Points Possible", "Student, Test"}


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if 0 <= at < len(cells) else ""


def _entry(cells: list[str], columns: _Columns, line: int, width: int) -> Entry:
    """One student. Raises ValueError with the fault and the next action."""
    if any(cell.strip() for cell in cells[width:]):
        fault = f"the row has {len(cells)} cells, and the first line {width}"
        raise ValueError(fault, "put a cell that holds a separator into quotes")
    try:
        name = student_id(_cell(cells, columns.id).removeprefix("#"))  # Brightspace writes #1234
    except ValueError as error:
        raise ValueError(
            str(error), "give the student an id of letters and digits, or choose another --id-column"
        ) from None
    texts = (" ".join(filter(None, (_cell(cells, at) for at in columns.name))), _cell(cells, columns.email))
    for text, what in zip(texts, ("name", "e-mail address"), strict=True):
        if any(unicodedata.category(one) in {"Cc", "Cs"} for one in text):
            raise ValueError(f"the {what} '{shown(text[:40])}' holds a control character", "remove it")
    return Entry(name, *texts, line)


def _refuse_twin(entry: Entry, before: dict[str, Entry]) -> None:
    """Keep an entry, unless its folder would be that of another: also where file names have no case. Raises ValueError."""
    other = before.setdefault(entry.id.casefold(), entry)
    if other is not entry:
        same = "the same id" if other.id == entry.id else f"the id '{shown(other.id)}', but for its case,"
        raise ValueError(
            f"'{shown(entry.id)}' has {same} as line {other.line}", "give every student an id of their own"
        )
