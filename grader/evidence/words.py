"""In: one event; out: the one line that tells it to a person, as `#57 P1 read(3) on pipe A = 0 (end-of-file)`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.evidence.calls import READS
from grader.model import Arg, Event
from grader.texts import gettext

__all__ = ["describe", "quote", "waits"]

SHOWN = 40
"""Payload bytes shown in a line; what is left out is marked with `…`, and the result tells the whole length."""

ARGUMENTS: Mapping[str, tuple[str, ...]] = {
    "open": ("path", "flags"),
    "openat": ("path", "flags"),
    "openat2": ("path", "flags"),
    "creat": ("path",),
    "close_range": ("first", "last"),
    "dup2": ("fd", "to"),
    "dup3": ("fd", "to", "flags"),
    "fcntl": ("fd", "command", "value"),
    "ioctl": ("fd", "request", "value"),
    "splice": ("fd", "to"),
    "tee": ("fd", "to"),
    "sendfile": ("fd", "to"),
    "copy_file_range": ("fd", "to"),
    "execve": ("path",),
    "execveat": ("path",),
    "exit": ("code",),
    "exit_group": ("code",),
    "wait4": ("pid", "options"),
    "waitid": ("pid", "options"),
    "kill": ("target", "signal"),
    "tkill": ("target", "signal"),
    "tgkill": ("target", "signal"),
    "pidfd_send_signal": ("target", "signal"),
    "rt_sigqueueinfo": ("target", "signal"),
    "rt_sigaction": ("signal", "action"),
    "rt_sigprocmask": ("how", "set"),
    "rt_sigtimedwait": ("set",),
    "rt_sigsuspend": ("mask",),
    "select": ("read", "write"),
    "pselect6": ("read", "write"),
    "epoll_ctl": ("fd", "op", "target"),
    "nanosleep": ("duration",),
    "clock_nanosleep": ("duration",),
    "alarm": ("duration",),
    "setitimer": ("which", "duration"),
    "futex": ("op", "word"),
    "flock": ("fd", "flags"),
    "shmget": ("key",),
    "semget": ("key",),
    "msgget": ("key",),
    "shmat": ("id",),
    "shmctl": ("id", "command"),
    "semctl": ("id", "command"),
    "msgctl": ("id", "command"),
    "semop": ("id",),
    "semtimedop": ("id",),
    "msgsnd": ("id",),
    "msgrcv": ("id",),
    "mq_open": ("path", "flags"),
    "mq_timedsend": ("fd", "priority"),
    "unlink": ("path",),
    "unlinkat": ("path",),
    "mq_unlink": ("path",),
    "rmdir": ("path",),
    "mknod": ("path", "type"),
    "mknodat": ("path", "type"),
    "rename": ("path", "to"),
    "renameat": ("path", "to"),
    "renameat2": ("path", "to"),
    "link": ("path", "to"),
    "linkat": ("path", "to"),
    "symlink": ("path", "to"),
    "symlinkat": ("path", "to"),
    "socket": ("family", "type"),
    "socketpair": ("family", "type"),
    "bind": ("fd", "address"),
    "connect": ("fd", "address"),
}
"""Which arguments a line shows, in the order of the manual page; any other call shows its descriptor, if it has one."""


def describe(event: Event) -> str:
    """One line for people: number, who, what, outcome, and the source line where it is known."""
    tell = TELL.get(event.kind, _other)
    place = f"  at {event.source[0].file}:{event.source[0].line}" if event.source else ""
    return f"#{event.n} {tell(event)}{place}"


def waits(event: Event) -> tuple[str, ...]:
    """The waits of a `deadlock` event in words, one a task: `P1 waits in read for pipe A, which only P0 could end`."""
    given = event.args.get("waits")
    return tuple(_wait(wait) for wait in given if isinstance(wait, Mapping)) if isinstance(given, tuple) else ()


def quote(data: bytes, shown: int = SHOWN) -> str:
    """Payload bytes as quoted text, at most `shown` of them and then `…`; what is no text is escaped."""
    text = "".join(map(_escaped, data[:shown].decode("utf-8", "surrogateescape")))
    return f'"{text}"' + ("…" if len(data) > shown else "")


def _escaped(character: str) -> str:
    if character in {"\\", '"'}:
        return f"\\{character}"
    if character.isprintable():
        return character
    if "\udc80" <= character <= "\udcff":
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode("ascii")


def _call(event: Event) -> str:
    return _told(event) + (" (fault)" if event.args.get("fault") is True else "")


def _told(event: Event) -> str:
    if event.call in {"fork", "vfork", "clone", "clone3"} and not event.failed:
        what = "thread" if event.args.get("thread") is True else "process"
        return f"{event.task} {event.call}() makes the {what} {event.text('child')}"
    return f"{event.task} {_invocation(event)}{_outcome(event)}"


def _invocation(event: Event) -> str:
    """The call with its arguments and the object it works on."""
    names = ARGUMENTS.get(event.call, ("fd",))
    shown = ", ".join(_value(event.args[name]) for name in names if event.args.get(name) is not None)
    name = event.text("object")
    return f"{event.call}({shown})" + (f" on {name}" if name and event.call not in {"pipe", "pipe2"} else "")


def _outcome(event: Event) -> str:
    """`= result`, with what makes the result understandable."""
    if event.failed:
        return f" = -1 {event.error}"
    if event.call in {"pipe", "pipe2"}:
        name, read, write = event.text("object"), event.number("read"), event.number("write")
        return f" makes {name}: read end {read}, write end {write}"
    if event.call in {"wait4", "waitid"}:
        child = event.text("child")
        return f" = {child} ({event.text('status')})" if child else " = no child yet"
    if event.result is None:
        return ""
    if event.call in READS and event.result == 0 and event.number("count", 1) > 0:
        return " = 0 (end-of-file)"
    return f" = {event.result}" + (f" {quote(event.data)}" if event.data else "")


def _value(value: Arg) -> str:
    if isinstance(value, tuple):
        return "|".join(map(_value, value)) or "0"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_value(item)}" for name, item in value.items()) + "}"
    return str(value)


def _start(event: Event) -> str:
    name = event.text("root")
    return f"{event.task}{f' ({name})' if name else ''} starts: {' '.join(event.texts('argv'))}"


def _block(event: Event) -> str:
    return f"{event.task} blocks in {_invocation(event)}"


def _signal(event: Event) -> str:
    origin = event.text("origin")
    sender = f" from {origin}" if origin else ""
    return f"{event.task} receives {event.text('signal')}{sender} ({event.text('action')})"


def _exit(event: Event) -> str:
    signal = event.text("signal")
    return f"{event.task} is killed by {signal}" if signal else f"{event.task} exits with status {event.number('code')}"


def _stimulus(event: Event) -> str:
    action = event.text("action")
    if action == "signal":
        return f"outside sends {event.text('signal')} to {event.text('target')}"
    if action == "write":
        return f"outside writes {quote(event.data or b'')} to {event.text('object') or 'stdin'}"
    return f"outside closes {event.text('object') or 'stdin'}"


def _wait(wait: Mapping[str, Arg]) -> str:
    providers = wait.get("providers")
    names = [str(name) for name in providers] if isinstance(providers, tuple) else [str(providers)] if providers else []
    values = {"task": wait.get("task"), "call": wait.get("call"), "object": wait.get("object")}
    if wait.get("object"):
        doing = gettext("{task} waits in {call} for {object}", **values)
    else:
        doing = gettext("{task} waits in {call}", **values)
    if not names:
        return gettext("{doing}, which nobody could end", doing=doing)
    return gettext("{doing}, which only {who} could end", doing=doing, who=gettext(" or ").join(names))


def _other(event: Event) -> str:
    return f"{event.task} {event.kind}"


TELL: Mapping[str, Callable[[Event], str]] = {
    "start": _start,
    "call": _call,
    "block": _block,
    "signal": _signal,
    "begin": lambda event: f"{event.task} begins its own code",
    "exit": _exit,
    "stopped": lambda event: f"{event.task} is stopped",
    "continued": lambda event: f"{event.task} continues",
    "stimulus": _stimulus,
    "limit": lambda event: f"the limit of {event.text('limit')} is reached ({_value(event.args.get('value'))})",
    "deadlock": lambda event: "deadlock: " + "; ".join(waits(event)),
    "missed": lambda event: f"the fault {event.text('fault')} never came: {event.text('why')}",
    "unstarted": lambda event: f"{event.text('root')} ({event.text('process')}) never started: its state did not come",
    "left": lambda event: f"left behind: {event.text('type')} {event.text('name')}",
}
