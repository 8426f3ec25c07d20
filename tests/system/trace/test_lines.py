"""Every event of the submission's own doing has its line, through library calls too, or none: never a wrong one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import Plan
from grader.evidence import Evidence
from grader.model import Artifact, Submission
from tests.system.trace.marks import differences, marks_of
from tests.system.trace.runner import Runner

PROGRAMS = Path(__file__).parents[2] / "programs" / "lines"
C_PROGRAMS = (
    "direct", "library", "flush_at_return", "flush_at_exit", "handler", "handler_is_exit", "tail_call", "vfork_exec",
    "two_files",
)  # fmt: skip
Compile = Callable[..., Artifact]


def sources_of(name: str, kind: str) -> list[Path]:
    """The files of a program: one, or all of a folder."""
    folder = PROGRAMS / name
    return sorted(folder.iterdir()) if folder.is_dir() else [PROGRAMS / f"{name}.{kind}"]


@pytest.fixture
def compiled(runner: Runner, tmp_path: Path) -> Compile:
    """Compiles a program with any options, in a folder that the box's user may enter."""

    def build(name: str, *options: str) -> Artifact:
        home = runner.folder / tmp_path.name
        home.mkdir()
        home.chmod(0o755)
        units = [str(path) for path in sources_of(name, "c") if path.suffix == ".c"]
        subprocess.run(["gcc", "-w", *options, "-o", str(home / "program"), *units, "-pthread"], check=True)
        return Artifact(("/box/program",), str(home), "c")

    return build


@pytest.fixture
def run(runner: Runner, request: pytest.FixtureRequest) -> Callable[[Artifact], Evidence]:
    """One run of what was built."""
    return lambda artifact: runner.lab.run(artifact, Plan(f"lines-{request.node.name}"))


Run = Callable[[Artifact], Evidence]


@pytest.mark.parametrize("option", ["-O0", "-O1", "-O2"])
@pytest.mark.parametrize("name", C_PROGRAMS)
def test_events_of_a_c_program_come_from_the_marked_lines(name: str, option: str, compiled: Compile, run: Run) -> None:
    """Direct calls, library calls, callbacks, handlers, inlined functions, threads, children, several files."""
    evidence = run(compiled(name, "-g", option))

    assert differences(evidence, marks_of(sources_of(name, "c"), option)) == []


@pytest.mark.parametrize("name", ["direct", "two_files"])
def test_the_graders_own_way_of_compiling_keeps_the_lines(name: str, runner: Runner, run: Run) -> None:
    """The file is named as the student knows it, though it was compiled in a box."""
    files = {path.name: path.read_bytes() for path in sources_of(name, "c")}
    artifact = runner.lab.build(Submission(name, "c", files, "", ""))

    assert differences(run(artifact), marks_of(sources_of(name, "c"), "-O1")) == []


@pytest.mark.parametrize("options", [("-g", "-O1", "-fomit-frame-pointer"), ("-g", "-O1", "-no-pie"), ("-g3", "-gdwarf-4")])
def test_other_ways_of_compiling_keep_the_lines(options: tuple[str, ...], compiled: Compile, run: Run) -> None:
    """No frame pointers, fixed addresses, an older form of the tables."""
    assert differences(run(compiled("direct", *options)), marks_of(sources_of("direct", "c"), "-O1")) == []


def test_a_static_program_has_no_lines(compiled: Compile, run: Run) -> None:
    """Its call-frame information has no table to look things up in: no line is better than one at any price."""
    assert not any(event.source for event in run(compiled("direct", "-g", "-O1", "-static")).events)


def test_a_program_without_lines_has_none(compiled: Compile, run: Run) -> None:
    """Stripped, it still tells which functions of the library it called."""
    events = run(compiled("direct", "-O1", "-s")).events

    assert not any(event.source for event in events)
    assert {event.function for event in events if event.call == "fork" or event.text("object") == "pipe A"} >= {"write", "read"}


def test_the_function_of_the_library_that_was_called_is_told(compiled: Compile, run: Run) -> None:
    """`printf` for the write at its end; for a signal, what it interrupted."""
    library = run(compiled("library", "-g", "-O1")).events
    functions = {(event.call, event.args.get("thread")): event.function for event in library if event.source}

    assert functions["write", None] in ("printf", "write")
    assert next(event.function for event in library if event.text("object") == "stdout") == "printf"
    assert functions["clone", True] == "pthread_create"
    assert next(event.function for event in library if event.call == "futex" and event.task == "P0.2") == "sem_wait"


def test_a_signal_names_the_function_that_it_interrupted(compiled: Compile, runner: Runner, run: Run) -> None:
    """And a function that is a handler itself is told too, though no line has called it."""
    assert [event.function for event in run(compiled("handler", "-g", "-O1")).events if event.kind == "signal"] == ["raise"]


INTERPRETERS = {
    version: Path(path)
    for version, path in {
        "3.11": sys.executable,
        "3.11 of the system": "/usr/bin/python3",
        "3.12": shutil.which("python3.12") or "",
        "3.13": shutil.which("python3.13") or "",
    }.items()
    if path and Path(path).exists()
}
