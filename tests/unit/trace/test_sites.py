"""The tables that lines are read from: Python's line tables, ELF files, call-frame rules; damaged ones give no line."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.trace.sites.elf import Elf, Functions, read
from grader.trace.sites.frames import Frames
from grader.trace.sites.layout import SUPPORTED, layout_of
from grader.trace.sites.linkage import Linkage
from grader.trace.sites.locations import Lines
from grader.trace.sites.module import NOWHERE, Module
from grader.trace.sites.sources import Sources
from grader.trace.sites.table import own_name

PROGRAM = Path(shutil.which("env") or "/usr/bin/env").resolve()


def codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and all inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


@pytest.mark.parametrize(
    "module", [dataclasses, json.decoder, subprocess, sys.modules[__name__]], ids=lambda each: each.__name__
)
def test_the_line_of_each_instruction_is_that_of_the_interpreter_itself(module: object) -> None:
    """The interpreter decodes its own table: every instruction of whole modules, no line included."""
    path = Path(str(getattr(module, "__file__", "")))
    compared = 0
    for code in codes(compile(path.read_bytes(), str(path), "exec")):
        lines = Lines(code.co_linetable, code.co_firstlineno)
        told = [line or 0 for line, *_ in code.co_positions()]
        assert [lines.at(2 * index) for index in range(len(told))] == told
        compared += len(told)

    assert compared > 1000


@given(st.binary(max_size=200), st.integers(-(2**31), 2**31 - 1), st.integers(-10, 10_000))
def test_any_bytes_as_a_line_table_give_a_sane_line_or_none(table: bytes, first: int, at: int) -> None:
    """A program can put anything where its line table should be."""
    assert 0 <= Lines(table, first).at(at) <= 10_000_000


def test_the_running_interpreters_layout_is_known_exactly_where_it_is_supported() -> None:
    """Its symbols lie in its own file, or in the library that it loads."""
    files = [Path(sys.executable).resolve(), *Path(sys.base_prefix, "lib").glob("libpython3.*.so.1.0")]
    layouts = [layout_of(Elf(path.read_bytes())) for path in files]

    assert any(layouts) == (sys.version_info[:2] in SUPPORTED)


def test_a_program_that_is_no_interpreter_has_no_layout() -> None:
    """Most programs are none."""
    assert layout_of(Elf(PROGRAM.read_bytes())) is None


@example(47, 128)  # its table of sections is said to lie farther away than a C integer counts
@given(st.integers(0, 4096), st.integers(0, 255))
def test_a_damaged_elf_file_is_a_value_error_or_has_less_in_it(at: int, value: int) -> None:
    """No other fault comes of its header, its sections or its symbols."""
    raw = bytearray(PROGRAM.read_bytes())
    raw[at % len(raw)] = value
    try:
        elf = Elf(bytes(raw[: len(raw) - at]))
    except ValueError:
        return
    assert all(address for _, address, _, _ in elf.symbols())
    assert len(elf.memory(at, 16)) <= 16


def test_a_function_is_called_by_its_plainest_name() -> None:
    """libc gives one function many names: `printf`, not `_IO_printf`."""
    elf = Elf(libc().read_bytes())
    functions = Functions(elf)
    places = {name: address for name, address, size, _ in elf.symbols() if size}

    assert [functions.at(places[name]) for name in ("printf", "_IO_puts", "__read", "__isoc99_scanf")] == [
        "printf", "puts", "read", "scanf",
    ]  # fmt: skip


def test_a_leaf_of_the_library_is_left_by_the_address_on_top_of_its_stack() -> None:
    """The rule for the first instruction of any function, by the ABI."""
    elf = Elf(libc().read_bytes())
    places = {name: address for name, address, _, _ in elf.symbols()}
    rule = Frames(elf).rule(places["printf"])

    assert rule is not None
    assert (rule.register, rule.offset, rule.return_at, rule.saved) == (7, 8, -8, ())


def test_a_call_through_the_linkage_table_is_named(tmp_path: Path) -> None:
    """By the slot it goes through; an address that no call precedes names nothing."""
    source = tmp_path / "a.c"
    source.write_text("#include <unistd.h>\nint main(void) { return (int)getpgid(0) + 1; }\n")
    subprocess.run(["gcc", "-O1", "-o", str(tmp_path / "a"), str(source)], check=True)
    elf = Elf((tmp_path / "a").read_bytes())
    start = next(address for name, address, _, _ in elf.symbols() if name == "main")
    named = {Linkage(elf).called(start + offset) for offset in range(40)}

    assert named >= {"getpgid", ""}
    assert named <= {"getpgid", "", "__libc_start_main", "__cxa_finalize"}


def test_a_file_that_is_not_the_one_that_was_mapped_is_refused(tmp_path: Path) -> None:
    """Its number is compared, and it must be a plain file: a name in a box may lead anywhere."""
    file = tmp_path / "a"
    file.write_bytes(PROGRAM.read_bytes())

    assert read(str(file), file.stat().st_ino).section(".text") is not None
    with pytest.raises(ValueError, match="not the file"):
        read(str(file), file.stat().st_ino + 1)
    assert Module(str(file), 1, "/box", own=True).spot(4096, returns=False) == NOWHERE


NAMES = {
    "/box/a.c": "a.c", "/home/x/project/a.c": "a.c", "/usr/include/stdio.h": "", "/box/\x1b[31m.c": "",
    "/box/<built-in>": "", "/box/" + "a" * 300: "", "": "",
}  # fmt: skip


@pytest.mark.parametrize("path", NAMES)
def test_a_file_is_named_as_the_student_knows_it_or_not_at_all(path: str) -> None:
    """Files of the system and names that no file should have are nobody's line."""
    assert own_name(path, "/box") == NAMES[path]


def test_a_line_that_the_submission_does_not_have_is_no_place(tmp_path: Path) -> None:
    """A code object may claim any file and any line."""
    (tmp_path / "main.py").write_text("one\ntwo\n")
    sources = Sources(str(tmp_path), "/box")

    assert sources.own("/box/main.py")
    assert not sources.own("/usr/lib/python3/os.py")
    assert [sources.at("/box/main.py", line) is not None for line in (0, 1, 2, 3, 4)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert sources.at("/box/none.py", 1) is None
    assert sources.at("/box/../main.py", 1) is None


def libc() -> Path:
    """The C library of this machine."""
    listed = subprocess.run(["ldd", str(PROGRAM)], capture_output=True, check=True, text=True).stdout
    return Path(next(line.split()[2] for line in listed.splitlines() if "libc.so" in line)).resolve()
