"""In: C sources; out: the artifact of the compiled program; the compiler runs in a box of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from grader.box import Box, Command
from grader.errors import BuildFailed, CannotDecide
from grader.model import Artifact, Limits, Submission

COMPILER = ("cc", "-std=gnu11", "-O1", "-g", "-fno-omit-frame-pointer", "-Wall")
_LIBRARIES = ("-lrt", "-pthread", "-lm")
_PROGRAM = "program"


def build_c(
    submission: Submission,
    source: Path,
    target: Path,
    box: Box,
    compiler: tuple[str, ...] = COMPILER,
    meanwhile: Callable[[], None] = lambda: None,
) -> Artifact:
    """Compile all `.c` files into one program in `target`; `compiler` is a program of /usr/bin with its options.

    `meanwhile` is done while it compiles.
    Raises BuildFailed with the compiler's words, CannotDecide when this machine has no C compiler.
    """
    if shutil.which(compiler[0], path="/usr/bin") is None:
        raise CannotDecide(
            "this machine has no C compiler",
            where=compiler[0],
            action="install gcc (run `make setup`), then check again",
        )
    units = tuple(sorted(name for name in submission.files if name.endswith(".c")))
    command = Command(
        (f"/usr/bin/{compiler[0]}", *compiler[1:], "-o", _PROGRAM, *units, *_LIBRARIES),
        str(source),
        Limits(cpu=20.0),
        writable=True,
    )
    done = box.run(command, meanwhile=meanwhile)
    words = done.output.decode("utf-8", "replace") + ("\n… (cut)" if done.cut else "")
    built = source / _PROGRAM
    if done.status != 0 or not built.is_file() or built.is_symlink():
        raise BuildFailed(words.strip() or f"the compiler ended with status {done.status} and said nothing")
    target.mkdir()
    target.chmod(0o755)
    program = target / _PROGRAM
    program.write_bytes(built.read_bytes())
    program.chmod(0o755)
    return Artifact((f"/box/{_PROGRAM}",), str(target), "c")
