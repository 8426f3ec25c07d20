"""In: a file of lines that only grows, and may have been broken off; out: its whole lines, with which it can go on."""

from __future__ import annotations

from pathlib import Path

__all__ = ["whole_lines"]


def whole_lines(path: Path) -> list[bytes]:
    """The lines of `path` (it need not be there); a last one that is torn is taken off, so that it spoils no later one."""
    written = path.read_bytes() if path.exists() else b""
    whole = written[: written.rfind(b"\n") + 1]
    if whole != written:
        path.write_bytes(whole)
    return whole.splitlines()
