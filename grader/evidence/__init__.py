"""In: the events of one run; out: `evidence.jsonl`, versioned, written atomically, and `Evidence` to ask about it."""

from grader.evidence.ends import Hold
from grader.evidence.entries import Entry
from grader.evidence.evidence import Evidence
from grader.evidence.loader import load
from grader.evidence.schema import SCHEMA, schema_text
from grader.evidence.views import PipeView, ProcessView
from grader.evidence.words import describe
from grader.evidence.writer import EvidenceWriter, block_of

__all__ = [
    "SCHEMA",
    "Entry",
    "Evidence",
    "EvidenceWriter",
    "Hold",
    "PipeView",
    "ProcessView",
    "block_of",
    "describe",
    "load",
    "schema_text",
]
