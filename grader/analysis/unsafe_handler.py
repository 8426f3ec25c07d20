"""In: a run; out: findings for signal handlers that call what they must not while the code under them was in the middle of it.

System calls alone prove one thing: a handler that sleeps in a futex for ever, though the process has no other thread and the
kernel model proves that nothing can wake it, waits for a lock which the interrupted code holds. Which functions were called
is known only where events say so (`function`, docs/events.md); where they do not, the rule is silent about the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from grader.analysis.runtime import is_python
from grader.analysis.words import at, found, who
from grader.evidence import Evidence
from grader.frozen import dataclass
from grader.kernel import deadlocked, initial, step
from grader.model import Event, RuleFinding

__all__ = ["unsafe_handler"]

RULE = "unsafe-handler"
MEMORY = frozenset("malloc calloc realloc free reallocarray strdup strndup asprintf vasprintf getline getdelim".split())
STREAMS = frozenset(
    (
        "printf fprintf vprintf vfprintf puts fputs putchar putc fputc fwrite perror fflush fopen fdopen fclose fread"
        " fgets fgetc getc getchar ungetc scanf fscanf popen pclose exit system fseek rewind setvbuf freopen"
    ).split()
)
OTHERS = frozenset(
    "syslog openlog closelog localtime gmtime ctime asctime mktime strftime setlocale getenv setenv".split()
)
KEEPS_STATE = MEMORY | STREAMS | OTHERS
"""Functions that hold a lock or leave their data half changed while they run; none is on the list of signal-safety(7)."""
LOCKS = frozenset(
    "pthread_mutex_lock pthread_cond_wait pthread_cond_signal pthread_join sem_wait sem_timedwait".split()
)
UNSAFE = KEEPS_STATE | LOCKS


@dataclass(frozen=True, slots=True)
class Window:
    """A handler that runs: from the delivery of `signal` until it returns or jumps out."""

    signal: str
    delivery: Event


def unsafe_handler(run: Evidence) -> tuple[RuleFinding, ...]:
    """One finding for each process: its first unsafe call in a handler. Level: should."""
    if not run.complete or not any(_begins_handler(event) for event in run.events):
        return ()
    told: dict[str, RuleFinding] = {}
    for event, window in _inside(run):
        if event.process in told or is_python(run.process(event.process)):
            continue
        if event.function in UNSAFE and window.delivery.function in KEEPS_STATE:
            told[event.process] = _called(run, event, window)
        elif event.kind == "block" and _is_self_locked(run, event):
            told[event.process] = _locked(run, event, window)
    return tuple(told.values())


def _inside(run: Evidence) -> Iterator[tuple[Event, Window]]:
    """The calls that were made inside a handler, each with the innermost one.

    A handler that leaves by siglongjmp never returns; its signal is then unblocked with the mask that is restored.
    """
    open_: dict[str, list[Window]] = {}
    state = initial()
    for event in run.events:
        state = step(state, event)
        windows = open_.setdefault(event.task, [])
        if _begins_handler(event):
            windows.append(Window(event.text("signal"), event))
        elif event.kind == "exit" or event.call in {"execve", "execveat"}:
            windows.clear()
        elif event.call == "rt_sigreturn":
            del windows[-1:]
        elif windows:
            task = state.tasks.get(event.task)
            if event.call == "rt_sigprocmask" and task is not None:
                windows[:] = [window for window in windows if window.signal in task.mask]
            elif event.kind in {"call", "block"}:
                yield event, windows[-1]


def _begins_handler(event: Event) -> bool:
    return event.kind == "signal" and event.text("action") == "handler"


def _is_self_locked(run: Evidence, event: Event) -> bool:
    """Whether the task sleeps for ever for a word of its own memory, and no other thread is there to change it."""
    if event.call != "futex" or event.args.get("shared") is not False:
        return False
    last = run.final.tasks.get(event.task)
    if last is None or last.blocked != event:
        return False
    return any(wait.task == event.task and not wait.providers for wait in deadlocked(run.final))


def _called(run: Evidence, event: Event, window: Window) -> RuleFinding:
    below, inside = window.delivery.function, event.function
    seen = (
        f"{who(run, event.process)} calls {inside}() in its handler of {window.signal}, {at(event)};"
        f" the signal came in the middle of {below}(), {at(window.delivery)}"
    )
    why = (
        f"{inside}() is not async-signal-safe (signal-safety(7)): it meets the lock or the half-changed data"
        f" of the {below}() under it"
    )
    then = "only set a volatile sig_atomic_t flag (or write() to a pipe) in the handler, and do the rest in the main program"
    return found(run, RULE, "should", event.process, (seen, why, then), [window.delivery, event])


def _locked(run: Evidence, event: Event, window: Window) -> RuleFinding:
    seen = (
        f"{who(run, event.process)} sleeps for ever inside its handler of {window.signal}: it waits for a lock, {at(event)};"
        f" the signal came at {at(window.delivery)}"
    )
    why = (
        "the process has one thread, so only the code that the handler interrupted could release the lock, and that goes on"
        " only when the handler is over; no function that waits for a lock is async-signal-safe (signal-safety(7))"
    )
    then = "only set a volatile sig_atomic_t flag (or write() to a pipe) in the handler, and do the rest in the main program"
    return found(run, RULE, "should", event.process, (seen, why, then), [window.delivery, event])
