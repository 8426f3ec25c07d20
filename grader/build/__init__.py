"""In: a submission and a box; out: `Artifact`, how to start the program, or the compiler's words in `BuildFailed`."""

from grader.build.c import COMPILER, build_c
from grader.build.python import build_python, interpreter
from grader.build.workspace import build

__all__ = ["COMPILER", "build", "build_c", "build_python", "interpreter"]
