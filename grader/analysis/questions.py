"""In: one call; out: what it asks for without waiting, and whether it was told `not yet`.

Each of these calls has a form that sleeps until the answer is there. Calls of which none has one are not here: opening a
file that does not exist yet, asking for the time, giving up the processor.
"""

from __future__ import annotations

from collections.abc import Mapping

from grader.analysis.uses import watched
from grader.evidence.calls import OPENS, READS, WAITS, WRITES
from grader.model import Arg, Event

__all__ = ["Question", "advice_for", "in_vain", "question_of"]

Question = tuple[str, str]
"""A call, and of what it asks: equal for calls that ask the same."""

POLLS = frozenset({"poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2"})
ACCEPTS = frozenset({"accept", "accept4"})
SYSTEM_V = frozenset({"semop", "semtimedop", "msgsnd", "msgrcv"})
LOCKS = frozenset({"F_SETLK", "F_OFD_SETLK"})
ENDLESS = ("pipe ", "fifo ", "socket ", "stdin")
"""Objects whose end-of-file means that nobody is there to write; a file may end and still grow."""


def question_of(event: Event) -> Question | None:
    """What a call asks for without waiting; None for a call that asks for nothing, or waits for it."""
    call = event.call
    if call in READS or call in WRITES or call in ACCEPTS:
        return call, f"fd {event.number('fd')}"
    if call in WAITS:
        return (call, event.text("pid", "any")) if "WNOHANG" in event.texts("options") else None
    if call in POLLS:
        fds = watched(event) or (event.number("fd"),)
        return call, f"{'at once' if event.args.get('timeout') == 0 else 'waiting'} {fds}"
    return _other(event)


def _other(event: Event) -> Question | None:
    call = event.call
    if call == "kill" and event.text("signal") == "none":
        return call, event.text("target")
    if call in OPENS and "O_NONBLOCK" in event.texts("flags"):
        return call, event.text("path")
    if (call == "flock" and "LOCK_NB" in event.texts("flags")) or event.text("command") in LOCKS:
        return call, f"fd {event.number('fd')}"
    if call in SYSTEM_V:
        return call, event.text("id")
    if call == "mq_getsetattr" and "flags" not in event.args:
        return call, f"fd {event.number('fd')}"
    return (call, " ".join(event.texts("set"))) if call == "rt_sigtimedwait" else None


def in_vain(event: Event) -> str:
    """The answer of a question that brought nothing, as a text to compare; empty when it brought something."""
    call = event.call
    if event.error:
        wanted = {"ENXIO"} if call in OPENS else {"ENOMSG"} if call == "msgrcv" else {"EAGAIN", "EACCES"}
        return event.error if event.error in wanted else ""
    if call in READS:
        ended = not event.result and event.number("count", 0) > 0 and event.text("object").startswith(ENDLESS)
        return "end-of-file" if ended else ""
    if call in WAITS:
        return "" if event.text("child") else "no child yet"
    if call in POLLS:
        return f"ready: {_ready(event)}" if event.result else "nothing is ready"
    if call == "mq_getsetattr":
        return f"messages: {event.number('messages')}"
    return "it lives" if call == "kill" else ""


def _ready(event: Event) -> str:
    """What a poll reports, the same text for the same report."""
    return str(_frozen(event.args.get("ready", event.args.get("fds"))))


def _frozen(value: Arg) -> object:
    if isinstance(value, Mapping):
        return tuple(sorted((name, str(_frozen(item))) for name, item in value.items()))
    return tuple(map(_frozen, value)) if isinstance(value, tuple) else value


def advice_for(event: Event) -> str:
    """What to do instead of asking again and again."""
    call = event.call
    if call in WAITS:
        return f"leave out WNOHANG: {call} then sleeps until the child has ended"
    if call in POLLS and event.result:
        return "do what the report asks for: read what is there, and close or stop watching what has ended"
    if call in POLLS:
        return f"give {call} a timeout (or none at all): it then sleeps until something happens"
    if call == "kill":
        return "let waitpid() sleep until the process has ended; of a process that is no child, poll a pidfd or a pipe"
    if call == "mq_getsetattr":
        return "receive, or send, without asking first: the call sleeps until there is a message, or room"
    if call in READS and not event.error:
        return "end the loop at end-of-file; a server on a FIFO keeps a write end open itself, so that read() waits"
    if call == "flock" or event.text("command") in LOCKS:
        return "ask for the lock with the call that waits (flock without LOCK_NB, F_SETLKW)"
    return f"leave out the non-blocking flag, or wait with poll() until {call} can go on"
