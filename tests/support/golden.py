"""In: a text that people read, and its name; out: nothing, or the difference from the text that was approved.

To approve a change: `GRADER_UPDATE_GOLDEN=1 make test`, which writes the new texts and fails once more, then read the
difference in version control.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "golden"


def assert_golden(name: str, text: str) -> None:
    """Compare with `tests/golden/<name>`. Raises AssertionError with the difference."""
    path = GOLDEN / name
    approved = path.read_text(encoding="utf-8") if path.exists() else ""
    if text == approved:
        return
    if os.environ.get("GRADER_UPDATE_GOLDEN") == "1":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    lines = difflib.unified_diff(approved.splitlines(), text.splitlines(), f"approved {name}", "now", lineterm="")
    raise AssertionError("\n".join(["the text is not the approved one", *lines]))
