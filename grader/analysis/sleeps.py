"""In: a run; out: its plain sleeps (did each end by itself, too early, again and again?), and who goes by time."""

from __future__ import annotations

from collections import Counter, defaultdict

from grader.evidence import Evidence
from grader.evidence.calls import CREATES_PROCESS, WAITS
from grader.frozen import dataclass
from grader.model import Event

__all__ = ["SLEEPS", "Sleep", "sleeps_of", "timed_processes"]

SLEEPS = frozenset({"nanosleep", "clock_nanosleep"})
RESTART = "ERESTART"
"""The kernel goes on with the wait by itself: after a signal that the program does not notice, it is the same wait."""


@dataclass(frozen=True, slots=True)
class Sleep:
    """The `nth` sleep of a process (from 0), which began at event `began` and ended at event `ended` (0: never).

    `whole`: it ended because its time was over. `early`: another task could still move then, so real time might have been
    too short for that task. `place` is the source line, or the call where that is not known. `asks`: what the task does next is
    to ask without waiting, so it does not take for granted what the sleep was for.
    """

    process: str
    nth: int
    place: str
    began: int
    ended: int = 0
    duration: int = 0
    whole: bool = False
    early: bool = False
    asks: bool = False


def sleeps_of(run: Evidence) -> tuple[Sleep, ...]:
    """All that were slept in, in the order in which they began."""
    counts: Counter[str] = Counter()
    asleep: dict[str, Event] = {}
    resumed: dict[str, Event] = {}
    awake: set[str] = set()
    found: list[Sleep] = []
    for event in run.events:
        begun = asleep.pop(event.task, None)
        if begun is not None and event.error == RESTART:
            resumed[event.task] = begun
        elif begun is not None and begun.call in SLEEPS:
            found.append(_sleep(run, begun, event, counts, early=bool(awake)))
        if event.kind == "block":
            asleep[event.task] = resumed.pop(event.task, event)
        _wake(awake, event)
    found += [_sleep(run, begun, None, counts, early=False) for begun in asleep.values() if begun.call in SLEEPS]
    return tuple(sorted(found, key=lambda sleep: sleep.began))


def _wake(awake: set[str], event: Event) -> None:
    """Keep track of the tasks that can move."""
    if event.kind in {"block", "exit", "stopped"}:
        awake.discard(event.task)
    elif event.task != "outside":
        awake.add(event.task)
    if event.call in CREATES_PROCESS and event.kind == "call" and event.text("child"):
        awake.add(event.text("child"))


def _sleep(run: Evidence, begun: Event, ended: Event | None, counts: Counter[str], *, early: bool) -> Sleep:
    nth = counts[begun.process]
    counts[begun.process] += 1
    whole = ended is not None and ended.call == begun.call and not ended.failed
    return Sleep(
        begun.process, nth, place_of(begun), begun.n, ended.n if ended is not None else 0, begun.number("duration", 0),
        whole, early and whole, ended is not None and _asks(run, ended),
    )  # fmt: skip


def place_of(event: Event) -> str:
    """The innermost source line, or the call itself."""
    return f"{event.source[0].file}:{event.source[0].line}" if event.source else event.call


def _asks(run: Evidence, ended: Event) -> bool:
    """Whether the first thing the task does afterwards is a question that does not wait for its answer."""
    events = run.events_of(ended.process)
    later = (event for event in events if event.n > ended.n and event.task == ended.task and event.kind == "call")
    following = next(later, None)
    if following is None:
        return False
    if following.call in WAITS:
        return "WNOHANG" in following.texts("options")
    return following.args.get("timeout") == 0 or following.text("signal") == "none"


def timed_processes(run: Evidence) -> frozenset[str]:
    """The processes that wait for a time again and again at one place: what they print counts time."""
    places: dict[str, Counter[str]] = defaultdict(Counter)
    resumed: set[str] = set()
    for event in run.events:
        timeout = event.args.get("timeout")
        if event.error == RESTART:
            resumed.add(event.task)
        elif event.kind == "block" and event.task in resumed:
            resumed.discard(event.task)
        elif event.kind == "block" and (event.call in SLEEPS or (isinstance(timeout, int) and timeout > 0)):
            places[event.process][place_of(event)] += 1
    return frozenset(process for process, counts in places.items() if max(counts.values()) > 1)
