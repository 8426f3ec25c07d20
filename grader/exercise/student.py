"""In: what a roster or a person calls a student; out: the id that seeds and folders are made of, or what is wrong with it."""

from __future__ import annotations

import unicodedata

from grader.exercise.document import shown

__all__ = ["student_id"]

MOST_CHARACTERS, MOST_BYTES = 80, 240
BESIDE = "._-@+,() "
"""What may stand in an id beside letters and digits: it can be a folder's name everywhere, and needs no care in a shell."""


def student_id(text: str) -> str:
    """The id without blanks around it, and in one form where Unicode has several (NFC, UAX #15).

    Raises ValueError, in words, for an id that cannot be the name of a folder or that a terminal would obey.
    """
    name = unicodedata.normalize("NFC", text).strip(" ")
    if fault := _fault(name):
        raise ValueError(fault)
    return name


def _fault(name: str) -> str:
    """What is wrong with an id, or nothing."""
    if not name:
        return "the id is empty"
    said = f"the id '{shown(name[:40])}'"
    if len(name) > MOST_CHARACTERS or len(name.encode("utf-8", "replace")) > MOST_BYTES:
        return f"{said}… is longer than {MOST_CHARACTERS} characters"
    strange = next((one for one in name if not _usual(one)), None)
    if strange is not None:
        what = f"'{strange}'" if strange.isprintable() else f"the character U+{ord(strange):04X}"
        return f"{said} holds {what}, which a folder's name should not"
    if not (name[0].isalnum() or name[0] == "_"):
        return f"{said} begins with '{name[0]}'"
    return f"{said} ends with '.'" if name.endswith(".") else ""


def _usual(one: str) -> bool:
    """Letters and digits of any script, with their marks, and a few signs."""
    return one.isprintable() and (one.isalnum() or one in BESIDE or unicodedata.category(one).startswith("M"))
