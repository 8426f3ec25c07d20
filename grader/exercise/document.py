"""In: a YAML file written by an author; out: a tree of `Node`, each with its line, or a `UsageError` with the line.

Only plain data is read (no tags that build objects). The size of the file, the depth and the number of nodes after
aliases are expanded are bounded, so that a few lines of nested aliases cannot fill the memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import yaml

from grader.errors import UsageError
from grader.frozen import dataclass

__all__ = ["Node", "load_document", "shown"]

FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
MAX_BYTES = 256 * 1024
MAX_DEPTH = 24
MAX_NODES = 20_000

Scalar: TypeAlias = "str | int | float | bool | None"


def shown(text: str) -> str:
    """The text as it may stand in a message: characters that a terminal would obey are written as escapes."""
    return text if text.isprintable() else ascii(text)[1:-1]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a document with the line where it begins; a mapping keeps the order of the file."""

    file: str
    line: int
    value: Scalar | tuple[Node, ...] | Mapping[str, Node]

    def fault(self, fault: str, action: str) -> UsageError:
        """An error that points at this node."""
        return UsageError(fault, where=f"{self.file}:{self.line}", action=action)

    def mapping(self, what: str) -> Mapping[str, Node]:
        """The value as a mapping. Raises UsageError if it is anything else."""
        if not isinstance(self.value, Mapping):
            raise self.fault(f"{what} is not a mapping", "write it as 'name: value' lines")
        return self.value

    def items(self, what: str) -> tuple[Node, ...]:
        """The value as a list. Raises UsageError if it is anything else."""
        if not isinstance(self.value, tuple):
            raise self.fault(f"{what} is not a list", "write it as [a, b] or as '- a' lines")
        return self.value

    def text(self, what: str) -> str:
        """The value as a string that is not blank. Raises UsageError if it is anything else."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.fault(f"{what} is not a text", "write some words (in quotes if YAML reads them otherwise)")
        return self.value

    def number(self, what: str) -> int:
        """The value as a whole number. Raises UsageError if it is anything else."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            raise self.fault(f"{what} is not a whole number", "write digits only")
        return self.value

    def only(self, known: tuple[str, ...], what: str) -> Mapping[str, Node]:
        """The value as a mapping with no other keys than these. Raises UsageError naming the first stranger."""
        mapping = self.mapping(what)
        for key, node in mapping.items():
            if key not in known:
                raise node.fault(f"unknown key '{shown(key)}' in {what}", f"use only: {', '.join(known)}")
        return mapping

    def need(self, key: str, what: str) -> Node:
        """The value of a key that must be there. Raises UsageError if it is absent."""
        mapping = self.mapping(what)
        if key not in mapping:
            raise self.fault(f"{what} has no '{key}'", f"add a line '{key}: …'")
        return mapping[key]


def load_document(path: Path) -> Node:
    """Read one YAML file. Raises UsageError: not readable, too big, not UTF-8, not YAML, or not plain data."""
    text = _read(path)
    try:
        root = _composed(text, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        fault = f"not valid YAML: {error.problem or error.context}"
        raise UsageError(fault, where=f"{path}:{line}", action="correct this line") from None
    except yaml.YAMLError as error:
        fault = f"not valid YAML: {str(error).splitlines()[0]}"
        raise UsageError(fault, where=f"{path}:1", action="save the file as UTF-8 text") from None
    if root is None:
        raise UsageError("the file is empty", where=f"{path}:1", action="see docs/authors.md for its keys")
    return _Builder(str(path)).build(root)


def _composed(text: str, path: Path) -> yaml.Node | None:
    """The graph of nodes; by libyaml where it is there, twenty times faster; a fault always in the words of PyYAML."""
    if FAST is not yaml.SafeLoader:
        try:
            return _graph(text, path, FAST)
        except yaml.YAMLError:
            pass  # told below, the same on every machine
    return _graph(text, path, yaml.SafeLoader)


def _graph(text: str, path: Path, loader: type[yaml.SafeLoader]) -> yaml.Node | None:
    _measure(text, path, loader)
    graph: yaml.Node | None = yaml.compose(text, Loader=loader)
    return graph


def _read(path: Path) -> str:
    """The text of the file, bounded."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=shown(str(path)), action="check the path") from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"larger than {MAX_BYTES} bytes", where=str(path), action="shorten it")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8 text", where=f"{path}:{line}", action="save the file as UTF-8") from None


def _measure(text: str, path: Path, loader: type[yaml.SafeLoader]) -> None:
    """Refuse nesting that would exhaust the stack of a recursive reader; parsing to events is not recursive."""
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise UsageError(
                f"nested deeper than {MAX_DEPTH} levels",
                where=f"{path}:{event.start_mark.line + 1 if event.start_mark else 1}",
                action="flatten it",
            )


class _Builder:
    """Turns the composed graph into a tree, counting what it builds."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.left = MAX_NODES
        self.scalars = yaml.SafeLoader("")

    def build(self, node: yaml.Node, depth: int = 0) -> Node:
        """One node and all below it. Aliases are expanded, within the budget."""
        self.left -= 1
        line = node.start_mark.line + 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise UsageError("aliases expand to too much", where=f"{self.file}:{line}", action="write it out in full")
        if isinstance(node, yaml.SequenceNode):
            return Node(self.file, line, tuple(self.build(item, depth + 1) for item in node.value))
        if isinstance(node, yaml.MappingNode):
            return Node(self.file, line, self._mapping(node, depth))
        return Node(self.file, line, self._scalar(node))

    def _mapping(self, node: yaml.MappingNode, depth: int) -> Mapping[str, Node]:
        """The pairs of a mapping; a key is a text and stands once."""
        pairs: dict[str, Node] = {}
        for key_node, value_node in node.value:
            key = self.build(key_node, depth + 1)
            if not isinstance(key.value, str):
                raise key.fault("a key is not a text", "put it in quotes")
            if key.value in pairs:
                raise key.fault(f"the key '{shown(key.value)}' stands twice", "keep one of them")
            pairs[key.value] = self.build(value_node, depth + 1)
        return pairs

    def _scalar(self, node: yaml.Node) -> Scalar:
        """A text, number, truth value or null; nothing that would need a tag of its own."""
        where = f"{self.file}:{node.start_mark.line + 1}"
        try:
            value = self.scalars.construct_object(node)
        except (yaml.YAMLError, ValueError):
            raise UsageError(
                f"tag or value '{shown(node.tag)}' is not plain data", where=where, action="write a text"
            ) from None
        if value is None or isinstance(value, str | int | float | bool):
            return value
        raise UsageError("dates and binary data are not used here", where=where, action="put the value in quotes")
