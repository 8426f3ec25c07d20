"""The secret of a course is read and goes nowhere: to no file, no process, no message."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from tests.system.outcomes import grader, run
from tests.unit.batch.courses import planted

KEY = b"Zm9ydHktdHdvIGhvcnNlcyB0YXJnZXQ"
FORMS = (
    KEY,
    KEY.hex().encode(),
    base64.b64encode(KEY)[:-4],
    base64.b64decode(KEY + b"="),
    repr(list(KEY))[1:-1].encode(),
)
"""The secret in every form in which something may have put it down."""

NOSY = '''\
"""Says all that a program may know of who started it."""

import os
import sys
from pathlib import Path

print(sys.argv, dict(os.environ), os.listdir("."), os.listdir("/proc/self/fd"))
for process in Path("/proc").iterdir():
    for name in ("environ", "cmdline"):
        try:
            print((process / name).read_bytes())
        except OSError as error:
            print(error)
'''


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A course, a roster and the secret, in which the instructor stands."""
    planted(tmp_path)
    (tmp_path / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\n")
    (tmp_path / "secret").write_bytes(KEY + b"\n")
    (tmp_path / "secret").chmod(0o600)
    return tmp_path


def found_in(folder: Path) -> list[str]:
    """The files, below a folder, that hold the secret in any form; its own file aside."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "secret")
    return [str(path) for path in files if any(form in path.read_bytes() for form in FORMS)]


def test_the_forms_that_are_looked_for_are_found(here: Path) -> None:
    """Each of them planted: so the tests below can fail."""
    for number, form in enumerate(FORMS):
        (here / f"planted-{number}").write_bytes(b"x" + form + b"y")

    assert len(found_in(here)) == len(FORMS)


@pytest.mark.parametrize(
    "words",
    [
        ("new", "one-word", "new", "--student", "ada"),
        ("variants", "one-word", "--roster", "roster.csv", "--out", "handed"),
        ("new", "one-word", "new", "--student", "../ada"),
        ("variants", "one-word", "--roster", "absent.csv", "--out", "handed"),
    ],
)
def test_no_call_gives_the_secret_away(here: Path, words: tuple[str, ...]) -> None:
    """Seen from outside: in all that the command and its children write, execute or name, it is not; it is read once."""
    calls = "trace=read,write,pwrite64,writev,execve,openat,sendto,sendmsg,rename,symlink,mkdir,setxattr,prctl"
    command = ["strace", "-f", "-qq", "-xx", "-v", "-s", "100000", "-e", calls, "-o", "calls.txt"]
    python = [sys.executable, "-P", "-m", "grader.cli", *words, "--secret-file", "secret", "--course", str(here)]

    ended = run([*command, *python], here)

    hexadecimal = [re.sub(r"(..)", r"\\\\x\1", form.hex()) for form in FORMS]
    told = (here / "calls.txt").read_text()
    giving = [line for line in told.splitlines() if any(re.search(form, line) for form in hexadecimal)]
    (here / "calls.txt").unlink()
    assert all(re.match(r"\d+ +read\(", line) for line in giving), giving
    assert len(giving) == (0 if "../ada" in words or "absent.csv" in words else 1)
    assert not any(form in (ended.out + ended.err).encode() for form in FORMS)
    assert found_in(here) == []


def test_a_grading_gives_the_secret_away_to_nobody(here: Path) -> None:
    """Result, evidence, report and the submission itself, which tells all that it can see, are without it."""
    (here / "one_word.py").write_text(NOSY)
    places = (
        "--json",
        "result.json",
        "--junit",
        "junit.xml",
        "--evidence",
        "evidence",
        "--verbose",
        "--budget",
        "small",
    )

    ended = grader(
        here, "check", "one_word.py", "--student", "ada", "--secret-file", "secret", *places, "--course", str(here)
    )

    assert ended.status == 1, ended.err
    assert (here / "result.json").is_file()
    assert b"PYTHONHASHSEED" in b"".join(path.read_bytes() for path in (here / "evidence").iterdir())
    assert found_in(here) == []
    assert not any(form in (ended.out + ended.err).encode() for form in FORMS)


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_fault_gives_the_secret_away_to_nobody(here: Path, debug: str) -> None:
    """Neither its message nor the traceback that a developer asks for."""
    (here / "secret").write_bytes(KEY[:15])

    ended = run(
        ["env", f"GRADER_DEBUG={debug}", sys.executable, "-P", "-m", "grader.cli", "new", "one-word", "--student", "ada",
         "--secret-file", "secret", "--course", str(here)], here,
    )  # fmt: skip

    assert ended.status == 2
    assert "holds a secret of 15 bytes" in ended.err
    assert KEY[:15].decode() not in ended.out + ended.err
