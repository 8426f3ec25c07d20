"""In: the file of an instructor's secret; out: `Secret`, which gives each student a seed and itself to nobody."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import sys
from collections.abc import Callable

from grader.errors import UsageError
from grader.exercise.document import shown

__all__ = ["Secret", "read_secret"]

LEAST, MOST = 16, 4096
"""Bytes of a secret: with fewer, a student who knows one seed could try out all secrets; more is some other file."""

DIGITS = 32
"""Hexadecimal digits of a seed: the first half of the HMAC, as RFC 2104, section 5 permits."""

DOMAIN = "grader/variant/v1"
MAKE = "make one: (umask 077; head -c 32 /dev/urandom | base64 > {file})"


class Secret:
    """The key of a course. What it is made from is not kept: no attribute, text form or serialisation shows it."""

    __slots__ = ("_mac",)

    def __init__(self, key: bytes) -> None:
        """Take the bytes of the secret."""
        self._mac = hmac.new(key, digestmod=hashlib.sha256)

    def seed(self, exercise: str, student: str) -> str:
        """The seed of a student's variant: HMAC-SHA256 of exercise and student, 32 hexadecimal digits of it.

        It tells nothing about the secret, nor about the seed of another student or exercise (RFC 2104).
        """
        mac = self._mac.copy()
        mac.update(f"{DOMAIN}\0{exercise}\0{student}".encode())
        return mac.hexdigest()[:DIGITS]


def read_secret(path: str, warn: Callable[[str], None]) -> Secret:
    r"""The secret in a file; `-` is standard input. One line end (`\n` or `\r\n`) at its end is not part of it.

    Raises UsageError: no such file, none of one's own (others may read or change it), empty, short or long. No message
    holds any of it. `warn` hears that a group may read it.
    """
    if path == "-":
        return _secret(sys.stdin.buffer.read(MOST + 1), "--secret-file -", "standard input")
    where = shown(path)
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOCTTY), "rb") as file:
            _check_mode(os.fstat(file.fileno()), where, warn)
            data = file.read(MOST + 1)
    except FileNotFoundError:
        raise UsageError("there is no such file", where=where, action=MAKE.format(file=where)) from None
    except IsADirectoryError:
        raise UsageError("is a folder, and no file with a secret", where=where, action="name the file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"cannot be read: {reason}", where=where, action="check the path and its owner") from None
    return _secret(data, where, where)


def _check_mode(status: os.stat_result, where: str, warn: Callable[[str], None]) -> None:
    """Refuse what others may read or change; a pipe (`<(command)`) belongs to nobody else."""
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError
    if stat.S_ISFIFO(status.st_mode):
        return
    if not stat.S_ISREG(status.st_mode):
        raise UsageError("is no regular file", where=where, action="name a file that holds the secret")
    bits = stat.S_IMODE(status.st_mode)
    if bits & (stat.S_IROTH | stat.S_IWOTH | stat.S_IWGRP):
        whom = "everybody" if bits & stat.S_IROTH else "others"
        what = "read" if bits & stat.S_IROTH else "change"
        fault = f"{whom} may {what} it (mode {bits:04o}), and whoever knows it knows every student's variant"
        action = f"run chmod 600 {where} (or, where that is impossible, hand it over by --secret-file - < {where})"
        raise UsageError(fault, where=where, action=action)
    if bits & stat.S_IRGRP:
        warn(f"{where}: its group may read it (mode {bits:04o}): all of them can know every student's variant")


def _secret(data: bytes, where: str, file: str) -> Secret:
    """The secret in these bytes. Raises UsageError if it is none."""
    if len(data) > MOST:
        raise UsageError(
            f"holds more than {MOST} bytes", where=where, action="name the file that holds the secret alone"
        )
    key = data.removesuffix(b"\n")
    key = key.removesuffix(b"\r") if key != data else key
    make = MAKE.format(file="FILE" if file == "standard input" else file)
    if not key.strip(b"\0\t\n\r "):
        raise UsageError("is empty: there is no secret in it", where=where, action=make)
    if len(key) < LEAST:
        fault = f"holds a secret of {len(key)} bytes, which can be guessed by trying; it takes at least {LEAST}"
        raise UsageError(fault, where=where, action=make)
    return Secret(key)
