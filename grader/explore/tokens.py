"""In: a token; out: the schedule that it names, and back.

    f1[:DIGEST]                 fair
    r1:SEED                     random
    p1:SEED.DEPTH.LENGTH        probabilistic concurrency testing
    w1:SEED.PART                random among few places
    x1:AT.ORDERCC-…[:DIGEST]    fair but for these switches: AT counts decisions from the switch before, CC is their check

    t1:OF.NTH.ORDER-…           a trial: whichever of these switches is possible; before task OF moves for the NTH time, ORDER does

An `s` after the version (`r1s:4`) lets plain sleeps end early. What comes from outside stands behind it, `f1~int.0.2k`: SIGINT
to P0 at its 92nd step; `f1~int.1.2k.0`: to P0 at that step of P1. Numbers are written in base 36, the digest in hexadecimal.
"""

from __future__ import annotations

import re
from dataclasses import replace
from signal import Signals

from grader.errors import UsageError
from grader.explore.choosers import Chooser
from grader.explore.focused import Focused
from grader.explore.pct import Pct
from grader.explore.random_walk import RandomWalk
from grader.explore.steered import Anchor, Steered, Switch, Trial
from grader.frozen import dataclass
from grader.model import Stimulus, When

_SHAPE = re.compile(
    r"(?P<kind>[frpwxt])(?P<version>[0-9]+)(?P<hurries>s?)(?P<shots>(?:~[0-9a-z.]+)*)(?::(?P<body>[0-9a-z.~-]*))?(?::(?P<digest>[0-9a-f]+))?"
)
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
FAIR = "fair"
_TIME = "~"
_CHECK = 2
DIGEST = 6


@dataclass(frozen=True, slots=True)
class Shot:
    """A signal (`SIGINT`) from outside to process `to` as soon as process `of` has come to point `step` (`When`)."""

    signal: str
    of: int
    step: int
    to: int

    @property
    def word(self) -> str:
        """As a token holds it."""
        numbers = (self.of, self.step) if self.to == self.of else (self.of, self.step, self.to)
        return f"~{self.signal.removeprefix('SIG').lower()}.{_dotted(*numbers)}"

    @property
    def stimulus(self) -> Stimulus:
        """As a plan holds it."""
        when = When("step", f"P{self.of}", step=self.step)
        return Stimulus(when, "signal", signal=self.signal, process=f"P{self.to}")


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a token says. `numbers`: seed, or seed, depth and length. `digest`: what the run's digest begins with, if known."""

    kind: str
    numbers: tuple[int, ...] = ()
    switches: tuple[Switch, ...] = ()
    anchors: tuple[Anchor, ...] = ()
    hurries: bool = False
    digest: str = ""
    shots: tuple[Shot, ...] = ()

    @property
    def token(self) -> str:
        """The schedule as one short word."""
        body = {"x": _written(self.switches), "t": _anchored(self.anchors)}.get(self.kind, _dotted(*self.numbers))
        head = f"{self.kind}1{'s' if self.hurries else ''}{''.join(shot.word for shot in self.shots)}"
        return head + (f":{body}" if body or self.kind in "xt" else "") + (f":{self.digest}" if self.digest else "")

    def chooser(self) -> Chooser:
        """A policy that has not chosen yet."""
        if self.kind == "r":
            return RandomWalk(*self.numbers)
        if self.kind == "p":
            return Pct(*self.numbers)
        if self.kind == "w":
            return Focused(*self.numbers)
        return Trial(self.anchors) if self.kind == "t" else Steered(self.switches)


def parse(name: str) -> Schedule:
    """The schedule that a token names; `fair` is one too. Raises UsageError."""
    if name == FAIR:
        return Schedule("f")
    found = _SHAPE.fullmatch(name)
    if found is None:
        raise _unreadable(name, "is no schedule")
    if found["version"] != "1":
        raise _unreadable(name, f"is a schedule of version {found['version']}; this grader reads version 1")
    kind, body, digest = found["kind"], found["body"] or "", found["digest"] or ""
    if kind == "f":  # with one part only, that is the digest
        body, digest = "", digest or body
    schedule = _schedule(kind, body, digest, hurries=bool(found["hurries"]))
    shots = tuple(_shot(word) for word in found["shots"].split("~")[1:])
    if schedule is None or None in shots:
        raise _unreadable(name, "is no schedule")
    return replace(schedule, shots=tuple(shot for shot in shots if shot is not None))


def _schedule(kind: str, body: str, digest: str, *, hurries: bool) -> Schedule | None:
    """The parts put together; None where they do not fit."""
    try:
        switches = _read(body) if kind == "x" else ()
        anchors = _read_anchors(body) if kind == "t" else ()
        numbers = tuple(int(word, 36) for word in body.split(".")) if kind in "rpw" else ()
    except ValueError:
        return None
    counts = {"r": 1, "p": 3, "w": 2}
    fits = kind not in counts or (len(numbers) == counts[kind] and 0 not in numbers[1:])
    whole = not digest.strip("0123456789abcdef") and len({switch.at for switch in switches}) == len(switches)
    return Schedule(kind, numbers, switches, anchors, hurries, digest) if fits and whole else None


def _shot(word: str) -> Shot | None:
    """One signal from outside; None where the word names none."""
    name, *rest = word.split(".")
    signal = f"SIG{name.upper()}"
    if signal not in Signals.__members__ or len(rest) not in (2, 3) or "" in rest:
        return None
    of, step, to = (int(number, 36) for number in (*rest, rest[0])[:3])
    return Shot(signal, of, step, to)


def _unreadable(token: str, fault: str) -> UsageError:
    return UsageError(fault, where=token, action="give `fair`, or a token as a report prints it, such as r1:2s")


def base36(number: int) -> str:
    """A number from 0 in digits and small letters."""
    number, last = divmod(number, 36)
    return (base36(number) if number else "") + _DIGITS[last]


def _dotted(*numbers: int) -> str:
    return ".".join(_TIME if number < 0 else base36(number) for number in numbers)


def _written(switches: tuple[Switch, ...]) -> str:
    words, before = [], 0
    for switch in switches:
        words.append(_dotted(switch.at - before, switch.order) + (f".{switch.check}" if switch.check else ""))
        before = switch.at
    return "-".join(words)


def _anchored(anchors: tuple[Anchor, ...]) -> str:
    return "-".join(_dotted(anchor.of, anchor.nth, anchor.order) for anchor in anchors)


def _order(word: str) -> int:
    return -1 if word == _TIME else int(word, 36)


def _read(body: str) -> tuple[Switch, ...]:
    switches, at = [], 0
    for word in body.split("-") if body else ():
        distance, who, check = word.split(".") if word.count(".") > 1 else (*word.split("."), "")
        at += int(distance, 36)
        switches.append(Switch(at, _order(who), check))
    return tuple(switches)


def _read_anchors(body: str) -> tuple[Anchor, ...]:
    words = [word.split(".") for word in body.split("-")] if body else []
    return tuple(Anchor(int(of, 36), int(nth, 36), _order(who)) for of, nth, who in words)
