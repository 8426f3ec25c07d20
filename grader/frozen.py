"""In: a class of annotated fields; out: the dataclass it says, made in a tenth of the time.

`dataclasses` compiles six methods of a class when its module is loaded, which takes a millisecond; a command loads two hundred
classes and makes objects of a third. Here the library collects the fields and makes the slots; `__init__` is compiled when it is
first called, and the other methods are the same code for all classes.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import TYPE_CHECKING

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(*, slots, frozen=False, eq=True, repr=True):  # noqa: A002 - the words of the library
        """`dataclasses.dataclass` with slots, and only with them: a class without is the library's."""
        assert slots

        def make(plain):
            made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(plain)
            methods = {"__init__": _init(made)}
            methods |= {"__repr__": _repr(made)} if repr else {}
            methods |= {"__eq__": _eq(made), "__hash__": _hash(made) if frozen else None} if eq else {}
            for name, method in methods.items():
                if name not in plain.__dict__:
                    setattr(made, name, method)
            if frozen:
                made.__setattr__, made.__delattr__ = _refuse_to_set, _refuse_to_delete
            return made

        return make

    def _init(made):
        """Stands for `__init__` until the first call."""

        def first(self, *args, **named):
            made.__init__ = _compiled(made)
            made.__init__(self, *args, **named)

        return first

    def _compiled(made):
        """`__init__`: each field is set through its slot, for the class itself may refuse to."""
        known, given, lines = {"_unset": dataclasses.MISSING}, ["self"], []
        for field in dataclasses.fields(made):
            name, value, default = field.name, field.name, ""
            if field.default is not dataclasses.MISSING:
                known[f"_of_{name}"], default = field.default, f"=_of_{name}"
            elif field.default_factory is not dataclasses.MISSING:
                known[f"_new_{name}"], default = field.default_factory, "=_unset"
                value = f"_new_{name}() if {name} is _unset else {name}"
            if field.init or default:
                known[f"_set_{name}"] = getattr(made, name).__set__
                given.append(name + default)
                lines.append(f" _set_{name}(self, {value})")
        lines += [" self.__post_init__()"] if hasattr(made, "__post_init__") else []
        exec("\n".join([f"def __init__({', '.join(given)}):", *(lines or [" pass"])]), known)  # noqa: S102 - the names of our fields
        known["__init__"].__qualname__ = f"{made.__qualname__}.__init__"
        return known["__init__"]

    def _values(made, wanted):
        """What takes from an object the values of these fields, as a tuple."""
        names = [field.name for field in dataclasses.fields(made) if wanted(field)]
        if len(names) > 1:
            return attrgetter(*names)
        return (lambda self: (getattr(self, names[0]),)) if names else (lambda _self: ())

    def _eq(made):
        values = _values(made, lambda field: field.compare)

        def __eq__(self, other):
            return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

        return __eq__

    def _hash(made):
        values = _values(made, lambda field: field.compare if field.hash is None else field.hash)
        return lambda self: hash(values(self))

    def _repr(made):
        names = [field.name for field in dataclasses.fields(made) if field.repr]
        return lambda self: f"{made.__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    def _refuse_to_set(_self, name, _value):
        message = f"cannot assign to field {name!r}"
        raise dataclasses.FrozenInstanceError(message)

    def _refuse_to_delete(_self, name):
        message = f"cannot delete field {name!r}"
        raise dataclasses.FrozenInstanceError(message)
