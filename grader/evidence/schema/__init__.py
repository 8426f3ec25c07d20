"""In: nothing; out: the version of evidence that this grader writes and reads, and its published JSON Schema."""

from __future__ import annotations

from importlib.resources import files

__all__ = ["SCHEMA", "SCHEMA_FILE", "schema_text"]

SCHEMA = "grader/evidence/v1"
SCHEMA_FILE = "evidence-v1.json"


def schema_text() -> str:
    """The JSON Schema of one line of an evidence file, as text."""
    return files(__name__).joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
