"""Rosters as the platforms export them: which columns are meant, in which encodings; and every fault with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.exercise import read_roster
from tests.unit.exercise.authored import refusal

ADA = ("ada", "Ada Lovelace", "ada@school.example")
PLAIN = "id,name,email\nada,Ada Lovelace,ada@school.example\n"

EXPORTS = {
    "plain": PLAIN,
    "other order and case": "E-Mail,ID,Name\nada@school.example,ada,Ada Lovelace\n",
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "told by Excel": "sep=;\n" + PLAIN.replace(",", ";"),
    "lines of Windows": PLAIN.replace("\n", "\r\n"),
    "no last line end": PLAIN.rstrip("\n"),
    "empty lines and cells": "id,name,email,,\n\n,,\nada,Ada Lovelace,ada@school.example,,\n\n",
    "Moodle, assignment": "Identifier,Full name,Email address,Status,Grade\nada,Ada Lovelace,ada@school.example,No submission,\n",
    "Moodle, gradebook": '"First name",Surname,"ID number",Institution,"Email address"\nAda,Lovelace,ada,,ada@school.example\n',
    "Gradescope": "First Name,Last Name,SID,Email,Sections\nAda,Lovelace,ada,ada@school.example,\n",
    "Blackboard": '"Last Name","First Name","Username","Student ID"\n"Lovelace","Ada","al1","ada"\n',
    "Brightspace": "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
                   "#ada,#al1,Lovelace,Ada,ada@school.example,#\n",
    "GitHub Classroom": 'identifier,github_username,github_id,name\n"ada","al","17","Ada Lovelace"\n',
    "Chinese": "学号,姓名,电子邮件\nada,Ada Lovelace,ada@school.example\n",
    "Canvas": "Student,ID,SIS User ID,SIS Login ID,Section,Pipe (7)\n    Points Possible,,,,,10\n"
              'Ada Lovelace,17,ada,al1,S1,\n"Student, Test",18,,c0ffee,S1,\n',
    "Canvas without SIS ids": "Student,ID,SIS User ID,SIS Login ID,Section\nAda Lovelace,17,,ada,S1\n",
}  # fmt: skip


def roster(folder: Path, text: str | bytes) -> Path:
    """Write a roster."""
    path = folder / "roster.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_as_it_comes(tmp_path: Path, name: str) -> None:
    """The school's id before one that the platform or the student made; rows that are no students are left out."""
    found = read_roster(roster(tmp_path, EXPORTS[name]))

    assert found.faults == ()
    assert [(entry.id, entry.name) for entry in found.entries] == [ADA[:2]]
    assert {entry.email for entry in found.entries} <= {ADA[2], ""}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_usual_encodings_are_told_by_their_mark(tmp_path: Path, encoding: str) -> None:
    """Names in any script arrive."""
    text = "id;name;email\nada;Ądą 爱达;a@b\n"

    (entry,) = read_roster(roster(tmp_path, text.encode(encoding))).entries

    assert (entry.name, entry.line) == ("Ądą 爱达", 2)


def test_quoted_cells_hold_what_they_like(tmp_path: Path) -> None:
    """Commas, semicolons and quotes; the line of a student is where the row begins."""
    text = 'id,name,email\nada,"Lovelace, ""Ada""; Countess",a@b\nbob,"B, ob",\n'

    found = read_roster(roster(tmp_path, text))

    assert [(entry.id, entry.name, entry.line) for entry in found.entries] == [
        ("ada", 'Lovelace, "Ada"; Countess', 2), ("bob", "B, ob", 3),
    ]  # fmt: skip


def test_another_column_may_be_the_id(tmp_path: Path) -> None:
    """By its name in the file, whatever its case."""
    path = roster(tmp_path, PLAIN)

    assert read_roster(path, "EMAIL").entries[0].id == "ada@school.example"
    assert "there is no column 'matricule'; there are: 'id', 'name', 'email'" in refusal(
        lambda: read_roster(path, "matricule")
    )


FAULTY = {
    "the same id": ("ada,A,\nbob,B,\nada,C,", 4, "'ada' has the same id as line 2"),
    "the same but for case": ("ada,A,\nADA,B,", 3, "'ADA' has the id 'ada', but for its case, as line 2"),
    "the same in another form of Unicode": ("Jos\u00e9,A,\nJose\u0301,B,", 3, "has the same id as line 2"),
    "no id": ("ada,A,\n,B,b@x", 3, "the id is empty"),
    "a path": ("../../root,A,", 2, "holds '/'"),
    "a hidden folder": (".ssh,A,", 2, "begins with '.'"),
    "the folder above": ("..,A,", 2, "begins with '.'"),
    "a control character": ("a\x07b,A,", 2, "holds the character U+0007"),
    "a line in an id": ('"a\nb",A,', 2, "holds the character U+000A"),
    "a name of two lines": ('ada,"A\nB",\nbob,B,', 2, "the name 'A\\nB' holds a control character"),
    "an address that a terminal obeys": ("ada,A,\x1b[2J", 2, "the e-mail address '\\x1b[2J' holds a control character"),
    "too many cells": ("ada,Lovelace, Ada,a@b", 2, "the row has 4 cells, and the first line 3"),
    "an id after a name of two lines": ('"x","A",\n\n..,A,', 4, "begins with '.'"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    """File, line, fault, next action, each harmless to print."""
    rows, line, words = FAULTY[name]
    path = roster(tmp_path, f"id,name,email\n{rows}\n")

    (fault,) = read_roster(path).faults

    assert fault.where == f"{path}:{line}"
    assert words in fault.fault
    assert len(fault.action) > 8
    assert str(fault).isprintable()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Nobody likes to mend a file ten times."""
    path = roster(tmp_path, "id,name\n..,A\nada,B\n,C\nada,D\n")

    assert [fault.where.rpartition(":")[2] for fault in read_roster(path).faults] == ["2", "4", "5"]


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("", "", "is empty"),
        ("\ufeff", "", "is empty"),
        ("id,name\n", "", "has no student"),
        ("id,name\n,\n\n", "", "has no student"),
        ("first,second\na,b\n", ":1", "no column is known to hold the students' ids; there are: 'first', 'second'"),
        ("id,ID,name\na,b,c\n", ":1", "two columns are called 'id'"),
        ('id,name\nada,"A"b"\n', ":2", "not a table"),
        ('id,name\nada,A\nbob,"B\n', ":3", "not a table"),
        (b"id,name\nada,A\nbob,J\xfcrgen\n", ":3", "neither UTF-8 nor marked UTF-16"),
        (b"PK\x03\x04\xff\xfe", ":1", "neither UTF-8"),
    ],
)
def test_what_is_no_roster_is_told(tmp_path: Path, text: str | bytes, where: str, words: str) -> None:
    """With the line where there is one."""
    path = roster(tmp_path, text)

    message = refusal(lambda: read_roster(path))

    assert message.startswith(f"{path}{where}: ")
    assert words in message


def test_a_missing_roster_is_told(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a folder."""
    assert "cannot be read: No such file" in refusal(lambda: read_roster(tmp_path / "absent.csv"))
    assert "cannot be read: Is a directory" in refusal(lambda: read_roster(tmp_path))


def test_a_large_roster_is_read_at_once(tmp_path: Path) -> None:
    """Twenty thousand students; with comparisons of each with each this would take minutes."""
    rows = "".join(f"s{number},Name {number},\n" for number in range(20_000))

    assert len(read_roster(roster(tmp_path, "id,name,email\n" + rows)).entries) == 20_000
