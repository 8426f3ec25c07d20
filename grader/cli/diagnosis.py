"""In: what was found out about this machine; out: lines that say what it can do, and what to install, purely."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field

from grader.frozen import dataclass
from grader.trace.sites.layout import SUPPORTED

__all__ = ["Facts", "Finding", "able", "diagnosis_text", "findings"]

OLDEST_KERNEL = (5, 11)
OLDEST_PYTHON = (3, 11)
SIGNS = {"good": "✓", "weaker": "~", "bad": "✗"}
NAMESPACES = (
    "allow user namespaces: sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu), "
    "kernel.unprivileged_userns_clone=1 (Debian); in a container, let its operator allow them"
)

ENOUGH_IDS = 65_536
USER_IDS = (
    "this container has too few user ids: let its operator map 65,536 of them (/etc/subuid, user_namespaces(7)), or run grader "
    "outside of it"
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What was tried. A missing package or program is an empty text; `box_fault` says why there is no box.

    `user_ids` counts those that this process may become.
    `trials` gives for each kind of program (`any`, `c`, `python`) the number of events on record, or why it failed.
    """

    system: str
    machine: str
    kernel: str
    python: tuple[int, int, int]
    packages: Mapping[str, str]
    programs: Mapping[str, str]
    tracing_filter: bool
    handles: bool
    landlock: int
    user_ids: int = 2**32 - 1
    rung: str = ""
    notes: tuple[str, ...] = ()
    box_fault: str = ""
    trials: Mapping[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: state is good, weaker (something is missed, grading works) or bad (something cannot be graded)."""

    state: str
    what: str
    found: str
    action: str = ""


def findings(facts: Facts) -> Iterator[Finding]:
    """All lines, from the ground up: what is wrong above often explains what is wrong below."""
    platform = _platform(facts)
    yield platform
    if platform.state == "good":  # elsewhere nothing below can be had
        yield _kernel(facts)
        yield _features(facts)
    yield _python(facts)
    yield _packages(facts)
    yield _lines(facts)
    if platform.state == "good":
        yield from _programs(facts)
        yield from _box(facts)
        yield from _trials(facts)


def able(found: tuple[Finding, ...]) -> bool:
    """Whether submissions of both languages can be graded here."""
    return all(each.state != "bad" for each in found)


def _platform(facts: Facts) -> Finding:
    if (facts.system, facts.machine) == ("Linux", "x86_64"):
        return Finding("good", "system", "Linux x86-64")
    action = "use WSL2, a Linux virtual machine of this processor, or the course's CI"
    return Finding("bad", "system", f"{facts.system} {facts.machine}: programs are run on Linux x86-64 only", action)


def _kernel(facts: Facts) -> Finding:
    parts = facts.kernel.split("-")[0].split(".")
    version = tuple(int(part) for part in parts[:2] if part.isdigit())
    if version >= OLDEST_KERNEL:
        return Finding("good", "kernel", facts.kernel)
    return Finding("bad", "kernel", f"{facts.kernel}: older than 5.11", "boot a newer kernel")


def _python(facts: Facts) -> Finding:
    version = ".".join(map(str, facts.python))
    if facts.python[:2] >= OLDEST_PYTHON:
        return Finding("good", "Python", version)
    return Finding("bad", "Python", f"{version}: older than 3.11", "install Python 3.11 or newer")


def _lines(facts: Facts) -> Finding:
    names = [f"{major}.{minor}" for major, minor in SUPPORTED]
    if facts.python[:2] in SUPPORTED:
        return Finding("good", "lines", "findings name the source lines of C and Python programs")
    version = ".".join(map(str, facts.python[:2]))
    known = f"{', '.join(names[:-1])} and {names[-1]}"
    return Finding(
        "weaker",
        "lines",
        f"Python {version}: findings in Python programs name no lines",
        f"take one of {known} for that",
    )


def _packages(facts: Facts) -> Finding:
    missing = [name for name, version in facts.packages.items() if not version]
    if missing:
        return Finding("bad", "packages", f"missing: {', '.join(missing)}", f"pip install {' '.join(missing)}")
    return Finding("good", "packages", ", ".join(f"{name} {version}" for name, version in facts.packages.items()))


def _programs(facts: Facts) -> Iterator[Finding]:
    wanted = (
        ("cc", "C compiler", "bad", "without it no C program can be graded", "apt-get install gcc libc6-dev"),
        ("bwrap", "bubblewrap", "weaker", "without it only the weakest box, rung C", "apt-get install bubblewrap"),
    )
    for name, what, state, fault, action in wanted:
        if path := facts.programs.get(name, ""):
            yield Finding("good", what, path)
        else:
            yield Finding(state, what, f"missing: {fault}", action)


def _features(facts: Facts) -> Finding:
    if not facts.tracing_filter:
        return Finding(
            "bad",
            "features",
            "this kernel has no seccomp filter that traces",
            "boot a kernel with CONFIG_SECCOMP_FILTER",
        )
    if not facts.handles:
        return Finding(
            "bad", "features", "this kernel has no pidfd_open", "boot a kernel from 5.3 on, allow it in the container"
        )
    landlock = f"Landlock {facts.landlock}" if facts.landlock else "no Landlock"
    state = "good" if facts.landlock else "weaker"
    return Finding(
        state, "features", f"seccomp, pidfd, {landlock}", "" if facts.landlock else "boot with lsm=landlock,…"
    )


def _box(facts: Facts) -> Iterator[Finding]:
    if facts.box_fault:
        yield Finding("bad", "box", facts.box_fault, USER_IDS if facts.user_ids < ENOUGH_IDS else NAMESPACES)
        return
    if facts.rung == "A":
        yield Finding("good", "box", "rung A, the strongest")
        return
    action = NAMESPACES if facts.rung == "C" else "update the kernel, or let this user make control groups"
    notes = facts.notes or ("",)
    if facts.rung == "C" and not facts.programs.get("bwrap"):
        action = ""  # what to install is said above
    yield Finding("weaker", "box", f"rung {facts.rung}", "" if facts.notes else action)
    for note in facts.notes:
        yield Finding("weaker", "", note, action if note is notes[-1] else "")


def _trials(facts: Facts) -> Iterator[Finding]:
    names = {"any": "a program", "c": "a C program", "python": "a Python program"}
    for kind, what in names.items():
        result = facts.trials.get(kind, "not tried: there is no box")
        if isinstance(result, int):
            yield Finding("good", "tracer", f"{what} was run, {result} events are on record")
        else:
            action = "mend what is marked above first; then report this line with the version of grader"
            yield Finding("bad", "tracer", f"{what}: {result}", action)


def diagnosis_text(found: tuple[Finding, ...]) -> str:
    """The lines for a person, each fault with what to do about it, and what follows from all of them."""
    lines = []
    for each in found:
        sign = SIGNS[each.state] if each.what else " "
        lines.append(f"{sign} {each.what:<11}{each.found}".rstrip())
        if each.action:
            lines.append(f"{'':13}→ {each.action}")
    if not able(found):
        lines.append("this machine cannot grade everything: see the lines with ✗")
    elif any(each.state == "weaker" for each in found):
        lines.append("this machine can grade; the lines with ~ say what is weaker than it could be")
    else:
        lines.append("this machine can grade")
    return "\n".join(lines) + "\n"
