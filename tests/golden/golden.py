"""In: a text that people read; out: an assertion that it is the reviewed one, line by line.

`GOLDEN=write pytest tests/golden` writes the texts anew; the difference is then reviewed like code.
"""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["assert_golden"]

FOLDER = Path(__file__).parent


def assert_golden(name: str, text: str) -> None:
    """Compare with tests/golden/NAME."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    expected = path.read_text(encoding="utf-8")

    assert text.splitlines() == expected.splitlines()
