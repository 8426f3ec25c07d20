"""In: a condition between parameters, as an author wrote it; out: `Constraint`, checked, and whether values meet it.

The notation is a small part of Python's expressions: comparisons of parameters, whole numbers, quoted texts and truth values,
joined by `and` and `or`; sums, differences and products of numbers. It is read as a tree and never run as code.
"""

from __future__ import annotations

import ast
import operator
import warnings
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import pairwise

from grader.model.exercise import Constraint, Parameter, Parameters, Value

__all__ = ["EXAMPLE", "holds", "parse_constraint"]

EXAMPLE = "write comparisons such as 'first < most', joined by 'and' or 'or'"
MOST_CHARACTERS = 200
TRUTHS = {"true": True, "false": False, "True": True, "False": False}
KINDS = {bool: "truth value", int: "number", str: "text"}

SAME: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
ORDER: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
SIGNS = {**SAME, **ORDER}
SUMS: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
}


def parse_constraint(text: str, line: int, knobs: tuple[Parameter, ...]) -> Constraint:
    """The constraint in a text. Raises ValueError in words: no such notation, an unknown name, unlike things compared."""
    if len(text) > MOST_CHARACTERS:
        message = f"is longer than {MOST_CHARACTERS} characters"
        raise ValueError(message)
    try:
        tree = _tree(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        message = "cannot be read"
        raise ValueError(message) from None
    kinds = {knob.name: KINDS[type(knob.default)] for knob in knobs}
    _check_condition(tree, kinds)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names = tuple(name for name in kinds if name in named)
    if not names:
        message = "names no parameter"
        raise ValueError(message)
    return Constraint(text, names, line)


def holds(constraint: Constraint, parameters: Parameters) -> bool:
    """Whether values meet a constraint; there is one for each parameter that it names."""
    return bool(_value(_tree(constraint.text), parameters))


@lru_cache(maxsize=256)
def _tree(text: str) -> ast.expr:
    """The expression, read by Python's own parser; its warnings about texts are no concern of an author's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text.strip(), mode="eval").body


def _check_condition(node: ast.expr, kinds: Mapping[str, str]) -> None:
    """Refuse whatever is neither a comparison nor several of them joined."""
    if isinstance(node, ast.BoolOp):
        for part in node.values:
            _check_condition(part, kinds)
        return
    if not isinstance(node, ast.Compare):
        message = f"'{ast.unparse(node)}' is no comparison"
        raise ValueError(message)  # noqa: TRY004 - what is wrong is the author's text
    sides = [node.left, *node.comparators]
    found = [_kind(side, kinds) for side in sides]
    for at, sign in enumerate(node.ops):
        words = f"'{ast.unparse(sides[at])}' with '{ast.unparse(sides[at + 1])}'"
        if type(sign) not in SIGNS:
            message = f"compares {words} otherwise than by == != < <= > >="
            raise ValueError(message)
        if found[at] != found[at + 1]:
            message = f"compares a {found[at]} with a {found[at + 1]}: {words}"
            raise ValueError(message)
        if type(sign) in ORDER and found[at] != "number":
            message = f"asks which {found[at]} is the greater: {words}"
            raise ValueError(message)


def _kind(node: ast.expr, kinds: Mapping[str, str]) -> str:
    """What one side of a comparison is: a number, a text or a truth value."""
    match node:
        case ast.Name(id=name) if name in kinds:
            return kinds[name]
        case ast.Name(id=name) if name in TRUTHS:
            return KINDS[bool]
        case ast.Name(id=name):
            message = f"'{name}' is no parameter (put a text into quotes)"
            raise ValueError(message)
        case ast.Constant(value=bool() | int() | str() as value):
            return KINDS[type(value)]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SUMS:
            inside = {_kind(left, kinds), _kind(right, kinds)}
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inside = {_kind(operand, kinds)}
        case _:
            message = f"'{ast.unparse(node)}' is more than + - * of numbers and parameters"
            raise ValueError(message)
    if inside != {"number"}:
        message = f"'{ast.unparse(node)}' calculates with what is no number"
        raise ValueError(message)
    return "number"


def _value(node: ast.expr, parameters: Parameters) -> Value:
    """What a checked expression comes to."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(part, parameters) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_value(part, parameters) for part in parts)
        case ast.Compare(left=left, ops=signs, comparators=others):
            sides = [_value(side, parameters) for side in (left, *others)]
            return all(SIGNS[type(sign)](*pair) for sign, pair in zip(signs, pairwise(sides), strict=True))
        case ast.BinOp(left=left, op=op, right=right):
            return SUMS[type(op)](int(_value(left, parameters)), int(_value(right, parameters)))
        case ast.UnaryOp(operand=operand):
            return -int(_value(operand, parameters))
        case ast.Constant(value=bool() | int() | str() as value):
            return value
        case ast.Name(id=name):
            return parameters[name] if name in parameters else TRUTHS[name]
    message = f"an expression that was never checked: {ast.unparse(node)}"
    raise AssertionError(message)
