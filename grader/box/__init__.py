"""In: a command and limits; out: a started, contained, stopped process tree and its rung."""

from grader.box.box import Box
from grader.box.command import HOME, PROGRAM, Command, Completed
from grader.box.filters import ALWAYS, BLINDING, Condition, among, any_bit, containment, given, tracing
from grader.box.numbers import NAMES, NUMBERS
from grader.box.tree import Tree

__all__ = [
    "ALWAYS",
    "BLINDING",
    "HOME",
    "NAMES",
    "NUMBERS",
    "PROGRAM",
    "Box",
    "Command",
    "Completed",
    "Condition",
    "Tree",
    "among",
    "any_bit",
    "containment",
    "given",
    "tracing",
]
