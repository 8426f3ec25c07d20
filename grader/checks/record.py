"""In: a grading whose evidence is kept; out: `grading.json` beside the evidence, and back: what judging it again needs.

The evidence files say what was run; this file says for which exercise, in which variant, and what was asked for. It is
written when a grading ends, and never by one that judges again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from tempfile import NamedTemporaryFile

from grader.errors import EvidenceInvalid, UsageError
from grader.evidence.codec import from_json, to_json
from grader.frozen import dataclass

__all__ = ["RECORD", "Record", "load_record", "write_record"]

RECORD = "grading.json"
SCHEMA = "grader/grading/v1"
MAX_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Record:
    """One grading. `runs` gives for each plan its evidence file; `build_output` holds the compiler's words, if any.

    `made` and `tried` count all its runs and schedules. `witnesses` gives for each check that failed under another schedule than
    the fair one the evidence of that run; evidence of runs that nothing was found in is not kept.
    """

    exercise: str
    exercise_version: int
    language: str
    seed: str
    only: tuple[str, ...]
    replay: str
    sha256: str
    rung: str
    build_output: str
    runs: Mapping[str, str]
    budget: str = "default"
    steps: str = ""
    made: int = 0
    tried: int = 0
    witnesses: Mapping[str, str] = field(default_factory=dict)


def write_record(folder: str, record: Record) -> None:
    """Write the record whole, in place of an older one. Raises UsageError."""
    fields = {"schema": SCHEMA, **dict(_fields(record))}
    path = Path(folder, RECORD)
    try:
        with NamedTemporaryFile("w", encoding="ascii", dir=folder, prefix=f".{RECORD}.", delete=False) as file:
            file.write(json.dumps(fields, indent=2) + "\n")
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as fault:
        raise UsageError(
            f"cannot be written: {fault.strerror}", where=str(path), action="choose another folder"
        ) from None


def _fields(record: Record) -> Mapping[str, object]:
    fields = to_json(record)
    assert isinstance(fields, dict)
    return fields


def load_record(folder: str) -> Record:
    """The record of a folder. Raises EvidenceInvalid: there is none, it is damaged, or of another version."""
    path = Path(folder, RECORD)
    again = "grade again with `grader check --evidence DIR`, which keeps all that is needed"
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES)
    except OSError as fault:
        raise EvidenceInvalid(f"cannot be read: {fault.strerror}", where=str(path), action=again) from None
    try:
        fields = json.loads(text.decode("ascii"))
        schema = fields.pop("schema", None) if isinstance(fields, dict) else None
        if schema != SCHEMA:
            action = f"use the grader version that wrote it, or {again}"
            raise EvidenceInvalid(f"the file is {schema or 'no record of a grading'}, this grader reads {SCHEMA}",
                                  where=str(path), action=action)  # fmt: skip
        return from_json(Record, fields)
    except (ValueError, RecursionError) as fault:
        raise EvidenceInvalid(f"the file is damaged: {fault}", where=str(path), action=again) from None
