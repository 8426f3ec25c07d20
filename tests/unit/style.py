"""The rules of style that no linter knows: a parsed module or a text in, broken rules out as lines of text."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 40
MAX_MEDIAN_LINES = 20

Function = ast.FunctionDef | ast.AsyncFunctionDef

SLEEPERS = {"sleep", "usleep", "nanosleep", "sleep_ms"}
C_SLEEP = re.compile(r"\b(?:u|nano|clock_nano)?sleep\s*\(")
SLEEPING_MODULES = {"time", "asyncio", "trio", "anyio", "gevent"}
FORBIDDEN_MARK = re.compile(r"skip(if)?|flaky|r[e]run\w*")

UNFINISHED = re.compile(r"^\W{0,6}(T[O]DO|F[I]XME|X[X]X)\b")
COMMENT_START = re.compile(r"(?:#|//|/\*|<!--|\{#)(.*)")

# One letter of each word stands in brackets, so that this file does not speak of them itself.
# The project's own story is in its code and its change log. How and where it was written is no part of it.
OUTSIDE_WORLD = re.compile(
    r"/[w]ork/"
    r"|\b[i]ssues?[ #]*\d+\b"
    r"|\b(?:this|the) [i]ssue'?s? (?:asks|says|demands|wants)\b"
    r"|\b(?:previous|earlier|later|last) (?:work(?:ing)? )?[s]ession\b"
    r"|\b[s]hared/[\w-]+\.md\b"
    r"|\b(?:engine|security)-[n]otes\b"
    r"|\bdesign(?:\.md)?,? §",
    re.IGNORECASE,
)


def functions_of(module: ast.Module) -> Iterator[Function]:
    """Yield every function and method, nested ones too."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: Function) -> int:
    """Count the lines of a function's body, its docstring left out."""
    statements = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (statements[-1].end_lineno or 0) - statements[0].lineno + 1 if statements else 0


def is_one_sentence(line: str) -> bool:
    """Say whether a line is one whole sentence: a capital or a name first, one full stop, at the end."""
    return bool(line) and line[-1] in ".!?" and not line[0].isspace() and not re.search(r"[.!?]\s+[A-Z]", line)


def sleeps_in(module: ast.Module) -> Iterator[int]:
    """Yield the line of every call that waits for time to pass, and of every import that prepares one."""
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and node.module in SLEEPING_MODULES:
            if any(alias.name in SLEEPERS for alias in node.names):
                yield node.lineno
        elif isinstance(node, ast.Call) and (_calls_sleeper(node) or _selects_nothing(node)):
            yield node.lineno


def sleeps_in_c(text: str) -> Iterator[int]:
    """Yield the line of every call in a C source that waits for time to pass."""
    yield from (number for number, line in enumerate(text.splitlines(), start=1) if C_SLEEP.search(line))


def forbidden_marks_in(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of every mark that leaves a test out or runs it until it passes."""
    for node in ast.walk(module):
        if isinstance(node, ast.Attribute) and FORBIDDEN_MARK.fullmatch(node.attr) and _is_mark(node.value):
            yield node.lineno, node.attr


def unfinished_in(text: str, suffix: str) -> Iterator[int]:
    """Yield the line of every comment that begins with a word for unfinished work."""
    comments = _python_comments(text) if suffix == ".py" else _other_comments(text)
    yield from (line for line, comment in comments if UNFINISHED.match(comment))


def outside_world_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and words of every mention of something that is not the project."""
    for number, line in enumerate(text.splitlines(), start=1):
        yield from ((number, match.group()) for match in OUTSIDE_WORLD.finditer(line))


def _is_mark(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "mark"


def _calls_sleeper(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Attribute) and node.func.attr in SLEEPERS


def _selects_nothing(node: ast.Call) -> bool:
    empty = [isinstance(argument, ast.List | ast.Tuple) and not argument.elts for argument in node.args[:3]]
    return getattr(node.func, "attr", None) == "select" and empty == [True, True, True]


def _python_comments(text: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _other_comments(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield number, line
        yield from ((number, match.group(1)) for match in COMMENT_START.finditer(line))
