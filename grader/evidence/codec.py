"""In: a frozen dataclass of the model; out: plain JSON values, and exactly the same dataclass back.

The field types decide, so a field added to the model travels without a line here: str, int, float, bool, bytes,
`X | None`, `tuple[X, ...]`, `Mapping[str, X]` and other dataclasses. Every field is written, defaults too: an old file
must mean what it said when defaults change. Bytes have one form everywhere, see `bytes_to_json`.
"""

from __future__ import annotations

import binascii
import types
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

__all__ = ["Json", "bytes_of", "bytes_to_json", "from_json", "to_json"]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
T = TypeVar("T")

READABLE = bytes(range(0x20, 0x7F)) + b"\t\n\r"


def bytes_to_json(data: bytes) -> Json:
    r"""Bytes as JSON: a string if all are printable ASCII or one of `\t \n \r`, else `{"base64": "…"}`."""
    if data.translate(None, READABLE):
        return {"base64": b64encode(data).decode("ascii")}
    return data.decode("ascii")


def bytes_of(value: object) -> bytes:
    """The bytes that `bytes_to_json` was given. Raises ValueError for anything it never writes."""
    if isinstance(value, str) and value.isascii():
        return value.encode("ascii")
    if isinstance(value, dict) and value.keys() == {"base64"} and isinstance(value["base64"], str):
        try:
            return b64decode(value["base64"], validate=True)
        except binascii.Error as fault:
            message = f"bytes in base64 are damaged: {fault}"
            raise ValueError(message) from None
    message = 'bytes are neither ASCII nor {"base64": …}'
    raise ValueError(message)


def to_json(value: object) -> Json:
    """A model value as JSON. Raises TypeError for a type that no model value has."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, bytes):
        return bytes_to_json(value)
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): to_json(item) for name, item in value.items()}
    if is_dataclass(value):
        return {name: to_json(getattr(value, name)) for name in _names(value.__class__)}
    message = f"no JSON form for {type(value).__name__}"
    raise TypeError(message)


def from_json(kind: type[T], value: object) -> T:
    """The dataclass `kind` that `to_json` turned into `value`. Raises ValueError saying which field is wrong."""
    return cast(T, _read(kind, value, kind.__name__))


@cache
def _names(kind: type) -> tuple[str, ...]:
    """The names of the fields of a dataclass."""
    return tuple(field.name for field in fields(kind))


@cache
def _shape(kind: type) -> tuple[tuple[Field[object], object], ...]:
    """The fields of a dataclass with their resolved types (resolving costs, so once a class)."""
    hints = get_type_hints(kind)
    return tuple((field, hints[field.name]) for field in fields(kind))


def _read(kind: object, value: object, where: str) -> object:
    """One value of the type `kind`; `where` names it in the error."""
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        return _read_union(get_args(kind), value, where)
    if origin is tuple:
        return _read_tuple(get_args(kind)[0], value, where)
    if origin is Mapping:
        item = get_args(kind)[1]
        return {name: _read(item, inner, f"{where}.{name}") for name, inner in _object(value, where).items()}
    if isinstance(kind, type) and is_dataclass(kind):
        return _read_dataclass(kind, value, where)
    if kind is bytes:
        return bytes_of(value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is kind:
        return value
    raise _wrong(where, getattr(kind, "__name__", str(kind)), value)


def _read_union(kinds: tuple[object, ...], value: object, where: str) -> object:
    """`None` if it is allowed, else the first alternative of exactly this type."""
    if value is None and type(None) in kinds:
        return None
    rest = [kind for kind in kinds if kind is not type(None)]
    return _read(next((kind for kind in rest if type(value) is kind), rest[0]), value, where)


def _read_tuple(kind: object, value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _wrong(where, "a list", value)
    return tuple(_read(kind, item, f"{where}[{index}]") for index, item in enumerate(value))


def _read_dataclass(kind: type, value: object, where: str) -> object:
    """All fields by name; a missing one takes its default, an unknown one is refused."""
    given = _object(value, where)
    shape = _shape(kind)
    unknown = sorted(given.keys() - {field.name for field, _ in shape})
    missing = [field.name for field, _ in shape if field.name not in given and _required(field)]
    if unknown or missing:
        fault = f"no field {unknown[0]!r} is known" if unknown else f"the field {missing[0]!r} is missing"
        message = f"{where}: {fault}"
        raise ValueError(message)
    read = {
        field.name: _read(hint, given[field.name], f"{where}.{field.name}")
        for field, hint in shape
        if field.name in given
    }
    return kind(**read)


def _required(field: Field[object]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _object(value: object, where: str) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise _wrong(where, "an object", value)


def _wrong(where: str, expected: str, value: object) -> ValueError:
    return ValueError(f"{where}: expected {expected}, found {str(value)[:40]!r}")
