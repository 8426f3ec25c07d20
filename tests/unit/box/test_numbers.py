"""In: the table of system calls; out: it agrees with the kernel's header where this machine has one."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

from grader.box.numbers import NAMES, NUMBERS

_GENERATOR = Path(__file__).parents[3] / "tools" / "numbers.py"


def test_names_and_numbers_are_one_table() -> None:
    """Each number has one name and each name one number."""
    assert {number: name for name, number in NUMBERS.items()} == NAMES
    assert [NUMBERS[name] for name in ("read", "execve", "rseq", "pidfd_open", "listns")] == [0, 59, 334, 434, 470]


def test_the_table_agrees_with_the_header_of_this_machine() -> None:
    """What the header has, the table has, with the same number; a machine without a header has nothing to say."""
    headers = [path for path in Path("/usr/include").glob("**/asm/unistd_64.h") if "__NR_read 0" in path.read_text()]
    for header in headers:
        known = re.findall(r"#define __NR_(\w+) (\d+)", header.read_text())

        assert {name: int(number) for name, number in known}.items() <= NUMBERS.items()


def test_the_module_is_what_its_generator_writes() -> None:
    """Generated from a table with its own content, the module comes out byte for byte."""
    table = "".join(f"{number}\tcommon\t{name}\tsys_{name}\n" for number, name in NAMES.items())

    written = subprocess.run(
        [sys.executable, _GENERATOR], input=table, capture_output=True, text=True, check=True
    ).stdout

    module = importlib.util.find_spec("grader.box.numbers")
    assert module is not None
    assert module.origin is not None
    assert written == Path(module.origin).read_text()
