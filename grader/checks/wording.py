"""In: an exercise's test file; out: the messages in it, and its functions changed so that they say them in any language.

An author writes `seen=f"{child.name} ended at event {child.exit.n}"`, which is English and nothing else. pytest changes the
asserts of a test file when it loads it; in the same way the texts are changed here where another language is spoken: into
`gettext("{child} ended at event {exit}", child=child.name, exit=child.exit.n)`. A text is what stands in `seen`, `why` or
`next` of a call, or in `gettext(…)`, but nothing that is quoted by `!r`: that is the program's, not ours.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

from grader.texts import gettext

__all__ = ["SAYS", "Message", "counted_forms", "messages_in", "reworded"]

Message = tuple[str, ...]
"""One text, or those of one thing and of many, with names in braces for its values."""

PARTS = ("seen", "why", "next", "wrong")
ADVISED = ("require_no_asking", "require_no_timed_wait")
"""Calls that take an advice without its name."""
SAYS = {"gettext": 1, "gettext_noop": 1, "ngettext": 2}
"""How many messages each function takes, its first arguments."""
SPACED = re.compile(r"[A-Za-z].* |^ .*[A-Za-z]")
GLOBAL, VALUE = "__gettext__", "__value__"


def messages_in(tree: ast.Module) -> Iterator[tuple[Message, int]]:
    """Every message of a test file with its line, as `reworded` says it, those that are handed on to `fail` as they are too."""
    reader = _Rewriter()
    reader.visit(tree)
    yield from reader.found


def reworded(module: ModuleType, path: Path) -> None:
    """Let the functions of a module that was loaded from a file say its texts by `gettext`; lines stay what they are."""
    tree = ast.fix_missing_locations(_Rewriter().visit(ast.parse(path.read_bytes(), str(path))))
    codes = {code.co_qualname: code for code in _codes(compile(tree, str(path), "exec", dont_inherit=True))}
    vars(module).update({GLOBAL: gettext, VALUE: _value})
    for function in _functions(module):
        code = codes.get(function.__qualname__)
        if code is not None and code.co_freevars == function.__code__.co_freevars:
            function.__code__ = code


def _value(value: object) -> object:
    """A value that is a message itself is said; any other stays."""
    return gettext(value) if isinstance(value, str) else value


def _codes(code: CodeType) -> Iterator[CodeType]:
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield each
            yield from _codes(each)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    """The functions that were written in the module, and the methods of its classes."""
    for value in vars(module).values():
        if getattr(value, "__module__", None) != module.__name__:
            continue
        members = vars(value).values() if isinstance(value, type) else (value,)
        yield from (member for member in members if isinstance(member, FunctionType))


class _Rewriter(ast.NodeTransformer):
    """Changes the texts of a tree, and notes them."""

    def __init__(self) -> None:
        self.found: list[tuple[Message, int]] = []
        self._inside = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call says something in its parts `seen`, `why` and `next`, or is a call of gettext; others may hold such calls."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in SAYS:
            return self._said(node, name)
        if name == "counted":
            self._note_counted(node)
        if name.startswith(("require", "fail")) and name not in ADVISED:
            self._note_handed_on(node)
        inside = self._inside
        node.func = self.visit(node.func)
        node.args = [self._words(part, inside or name in ADVISED) for part in node.args]
        for part in node.keywords:
            part.value = self._words(part.value, inside or part.arg in PARTS)
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        """An f-string is a message where words are expected."""
        words = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if not self._inside or not re.search("[A-Za-z]", words):
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and part.conversion == -1:
                    part.value = self.visit(part.value)
            return node
        message, values = _template(node)
        said = [self._value(value) for value in values.values()]
        self.found.append(((message,), node.lineno))
        keywords = [ast.keyword(name, value) for name, value in zip(values, said, strict=True)]
        return ast.copy_location(_call(message, keywords), node)

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        """A text of its own; single words are ids, of which a call is asked, unless they stand alone (see `_words`)."""
        if self._inside and isinstance(node.value, str) and SPACED.search(node.value):
            self.found.append(((node.value,), node.lineno))
            return ast.copy_location(_call(node.value, []), node)
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        """What is compared is no text."""
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        """A key is no text; what is looked up in a table of words is one."""
        node.value = self.visit(node.value)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        """Either of two texts, single words too; the condition is none."""
        node.body, node.orelse = (self._alone(part) for part in (node.body, node.orelse))
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        """A text, or what stands for an empty one."""
        node.values = [self._alone(part) for part in node.values]
        return node

    def _alone(self, node: ast.expr) -> ast.expr:
        if self._inside and isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
            self.found.append(((node.value,), node.lineno))
            return ast.copy_location(_call(node.value, []), node)
        return self.visit(node)  # type: ignore[no-any-return]

    def _words(self, node: ast.expr, inside: bool) -> ast.expr:
        """The expression with its texts changed, if it is one that holds texts."""
        before, self._inside = self._inside, inside
        try:
            return self.visit(node)  # type: ignore[no-any-return]
        finally:
            self._inside = before

    def _value(self, node: ast.expr) -> ast.expr:
        """A value of a message: what is quoted stays; a variable may hold a text that a check has handed on."""
        if isinstance(node, ast.Name):
            return ast.copy_location(ast.Call(ast.Name(VALUE, ast.Load()), [node], []), node)
        return node if isinstance(node, ast.JoinedStr) else self._words(node, inside=True)

    def _said(self, node: ast.Call, name: str) -> ast.Call:
        """A call of gettext itself, which may be given an f-string."""
        if name == "gettext" and len(node.args) == 1 and isinstance(node.args[0], ast.JoinedStr):
            message, values = _template(node.args[0])
            self.found.append(((message,), node.lineno))
            node.args = [ast.copy_location(ast.Constant(message), node)]
            node.keywords = [ast.keyword(key, self._value(value)) for key, value in values.items()]
            return node
        said = [part.value for part in node.args[: SAYS[name]] if isinstance(part, ast.Constant)]
        if said:
            self.found.append((tuple(map(str, said)), node.lineno))
        return node

    def _note_counted(self, node: ast.Call) -> None:
        """`counted(n, "slot")` says `{number} slot` or `{number} slots`."""
        if forms := counted_forms(node):
            self.found.append((forms, node.lineno))

    def _note_handed_on(self, node: ast.Call) -> None:
        """A text that a helper hands on to `fail` as it is."""
        for part in node.args:
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and SPACED.search(part.value):
                self.found.append(((part.value,), part.lineno))


def counted_forms(node: ast.Call) -> Message:
    """The two messages of a call of `counted`; none where its words are no constants."""
    forms = [str(part.value) for part in node.args[1:3] if isinstance(part, ast.Constant)]
    return (f"{{number}} {forms[0]}", f"{{number}} {[*forms, forms[0] + 's'][1]}") if forms else ()


def _call(message: str, keywords: list[ast.keyword]) -> ast.Call:
    return ast.Call(ast.Name(GLOBAL, ast.Load()), [ast.Constant(message)], keywords)


def _template(node: ast.JoinedStr) -> tuple[str, dict[str, ast.expr]]:
    """The message of an f-string, and its values by name; a value that is quoted or formatted stays an f-string of its own."""
    message, values = "", dict[str, ast.expr]()
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            plain = part.conversion == -1 and part.format_spec is None
            value = part.value if plain else ast.copy_location(ast.JoinedStr([part]), part)
            name = _free(_names(part.value), value, values)
            values[name] = value
            message += f"{{{name}}}"
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            message += part.value.replace("{", "{{").replace("}", "}}")
    return message, values


def _free(names: list[str], value: ast.expr, taken: dict[str, ast.expr]) -> str:
    """The first name that is free, or that the same value has already."""
    numbered = (f"{names[0]}{number}" for number in range(2, 100))
    return next(name for name in (*names, *numbered) if name not in taken or ast.dump(taken[name]) == ast.dump(value))


def _names(node: ast.expr) -> list[str]:
    """What a value may be called, the plainest name first: `child.exit.n` is `exit`, `len(made)` is `made`."""
    match node:
        case ast.Name(name):
            return [name.strip("_").lower()]
        case ast.Attribute(base, "n" | "name"):
            return _names(base)
        case ast.Attribute(base, name):
            return [name, f"{_names(base)[0]}_{name}"]
        case ast.Call(ast.Attribute(_, "text" | "number"), [ast.Constant(str(key)), *_]):
            return [key]
        case ast.Call(ast.Attribute(_, "join")):
            return ["list"]
        case ast.Call(ast.Name("len" | "str" | "abs" | "repr"), [inner, *_]):
            return _names(inner)
        case ast.Call(function):
            return _names(function)
        case ast.Subscript(base) | ast.BinOp(base) | ast.IfExp(_, base):
            return _names(base)
        case ast.BoolOp(_, [first, *_]):
            return _names(first)
    return ["value"]
