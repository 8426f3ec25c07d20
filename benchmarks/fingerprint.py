"""In: folders of this checkout; out: a digest of all that a result of theirs may depend on."""

from __future__ import annotations

import platform
import subprocess
import sys
from hashlib import sha256

from benchmarks.corpus import ROOT

__all__ = ["fingerprint"]


def fingerprint(*folders: str) -> str:
    """Their files, the interpreter, the compiler and the kernel: results under others say nothing about these."""
    digest = sha256(f"{sys.version} {platform.release()} {_compiler()}".encode())
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _compiler() -> str:
    return subprocess.run(["cc", "--version"], capture_output=True, text=True, check=True).stdout.partition("\n")[0]
