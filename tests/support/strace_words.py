"""In: a word or a structure as strace prints it; out: the number, name, set or length of time that it stands for."""

from __future__ import annotations

import re

__all__ = ["duration", "field", "flags", "integer", "signal_name", "signals"]

_FIRST_REAL_TIME = 2  # strace counts from the kernel's SIGRT_0, 32; the C library keeps two for itself


def integer(text: str) -> int:
    """A number in decimal, octal or hexadecimal; a comment behind it is no part of it."""
    word = text.strip().split(" ")[0]
    return int(word, 8) if re.fullmatch(r"0[0-7]+", word) else int(word, 0)


def signal_name(text: str) -> str:
    """`SIGINT`, `SIGRTMIN+1`, `none`: as events spell what strace calls `SIGINT` or `INT`, `RT_3`, `0`."""
    if text == "0":
        return "none"
    name = text.removeprefix("SIG")
    if name == "RTMIN":
        return "SIG32"
    if name.startswith("RT_"):
        above = int(name[3:]) - _FIRST_REAL_TIME
        return "SIG33" if above < 0 else f"SIGRTMIN+{above}" if above else "SIGRTMIN"
    return f"SIG{name}"


_ALL = [signal_name(f"RT_{number - 32}") if number > 32 else "" for number in range(65)]


def signals(text: str) -> frozenset[str]:
    """The set in `[INT TERM]`, or all but those in `~[INT]`."""
    shown = frozenset(signal_name(word) for word in text.strip("~[]").split())
    if not text.startswith("~"):
        return shown
    known = {signal_name(word) for word in _KERNEL.split()} | {name for name in _ALL if name} | {"SIG32"}
    return frozenset(known - shown)


_KERNEL = (
    "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU "
    "XFSZ VTALRM PROF WINCH IO PWR SYS"
)


def flags(text: str) -> frozenset[str]:
    """The names in `O_RDONLY|O_CLOEXEC`."""
    found = (word.strip() for word in text.split("|"))
    return frozenset(_SAME.get(word, word) for word in found if not word[:1].isdigit())


_SAME = {"WSTOPPED": "WUNTRACED"}  # one bit, two names


def duration(text: str, unit: str = "nsec") -> int | None:
    """A timespec or timeval in nanoseconds; None for NULL, -1 for one that the kernel refuses."""
    found = re.search(rf"tv_sec=(-?\d+).*?tv_{unit}=(-?\d+)", text)
    if found is None:
        return None
    seconds, rest = int(found[1]), int(found[2]) * (1 if unit == "nsec" else 1000)
    return seconds * 10**9 + rest if seconds >= 0 and 0 <= rest < 10**9 else -1


def field(name: str, text: str, default: str = "") -> str:
    """The plain value behind `name=` in a structure, `default` where there is none."""
    found = re.search(rf"\b{name}=([^,}}]*)", text)
    return found[1].strip() if found else default
