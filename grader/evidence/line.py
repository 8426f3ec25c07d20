"""In: one event; out: its line of an evidence file (compact ASCII JSON, keys in a fixed order), and the event back.

A field at its default is left out; `source` and `function` stand elsewhere (places.py). `args` have their names sorted, so
equal events are equal bytes. Texts are characters, or bytes that are no text as `os.fsdecode` gives them (U+DC80 to
U+DCFF): both come back exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from json import JSONEncoder
from json.encoder import encode_basestring_ascii as quoted
from typing import cast

from grader.evidence.codec import Json, bytes_of, bytes_to_json
from grader.model import Arg, Args, Event, Source

__all__ = ["compact", "event_from_json", "event_line"]

compact = JSONEncoder(separators=(",", ":"), sort_keys=True, allow_nan=False).encode
"""Any JSON value as compact ASCII text, names sorted."""


def event_line(event: Event) -> str:
    """The line of one event, without its newline."""
    line = f'{{"n":{event.n:d},"task":{quoted(event.task)},"kind":{quoted(event.kind)}'
    if event.call:
        line += f',"call":{quoted(event.call)}'
    if event.args:
        line += f',"args":{_args_text(event.args)}'
    if event.result is not None:
        line += f',"result":{event.result:d}'
    if event.error:
        line += f',"error":{quoted(event.error)}'
    if event.data is not None:
        data = bytes_to_json(event.data)
        # Most data is text, which needs no encoder.
        line += f',"data":{quoted(data) if isinstance(data, str) else compact(data)}'
    if event.time:
        line += f',"time":{event.time:d}'
    return line + "}"


def _args_text(args: Mapping[str, Arg]) -> str:
    """The arguments as JSON; only plain dicts are known to the encoder, so another mapping is copied first."""
    try:
        return compact(args)
    except TypeError:
        return compact(_plain(args))


def _plain(value: Arg) -> Json:
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def event_from_json(fields: object, n: int, source: tuple[Source, ...] = (), function: str = "") -> Event:
    """The event number `n` from its parsed line, which is used up, and its place. Raises ValueError saying what is wrong."""
    if type(fields) is not dict:
        raise ValueError("the line is no JSON object")
    take = fields.pop
    number, task, kind, call, error = (
        take("n", None),
        take("task", None),
        take("kind", None),
        take("call", ""),
        take("error", ""),
    )
    if number != n or type(number) is not int:
        raise ValueError(f"expected event number {n}, found {number!r}: events are missing or out of order")
    if not (type(task) is str and type(kind) is str and type(call) is str and type(error) is str):
        raise ValueError("task, kind, call and error must be texts")
    args, result, time = take("args", None), take("result", None), take("time", 0)
    if type(time) is not int or (result is not None and type(result) is not int):
        raise ValueError("result and time must be whole numbers")
    data = bytes_of(take("data")) if "data" in fields else None
    if fields:
        raise ValueError(f"no field {min(fields)!r} is known")
    given = {} if args is None else _args(args)
    draft = _Draft(n, task, kind, call, given, result, error, data, time, source, function)
    return _freeze(draft)


class _Draft:
    """An `Event` before it is frozen: the same slots, but plain assignments, a third of a frozen dataclass's cost."""

    __slots__ = Event.__slots__

    def __init__(  # noqa: PLR0913, PLR0917 - the fields of an event, in their order
        self,
        n: int,
        task: str,
        kind: str,
        call: str,
        args: Args,
        result: int | None,
        error: str,
        data: bytes | None,
        time: int,
        source: tuple[Source, ...],
        function: str,
    ) -> None:
        self.n = n
        self.task = task
        self.kind = kind
        self.call = call
        self.args = args
        self.result = result
        self.error = error
        self.data = data
        self.time = time
        self.source = source
        self.function = function


def _freeze(draft: _Draft) -> Event:
    """The draft itself, now an `Event`: the same layout allows it."""
    draft.__class__ = Event  # type: ignore[assignment]
    return cast(Event, draft)


def _args(args: object) -> dict[str, Arg]:
    """Arguments with every list turned into a tuple, in the dict that the parser made."""
    if type(args) is not dict:
        raise ValueError("args must be an object")
    for name, value in args.items():
        if type(value) is list:
            args[name] = tuple([_arg(item) for item in value])
        elif type(value) is dict:
            _args(value)
    return args


def _arg(value: object) -> Arg:
    """One item of a list of arguments."""
    if type(value) is list:
        return tuple([_arg(item) for item in value])
    return _args(value) if type(value) is dict else value  # type: ignore[return-value]  # the parser makes no others
