"""Every event of the submission's own doing has its line, through library calls too, or none: never a wrong one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader import Plan
from grader.evidence import Evidence
from grader.model import Artifact, Submission
from grader.trace.sites.elf import Elf
from grader.trace.sites.layout import layout_of
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


@pytest.mark.parametrize(
    "options", [("-g", "-O1", "-fomit-frame-pointer"), ("-g", "-O1", "-no-pie"), ("-g3", "-gdwarf-4")]
)
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
    assert {event.function for event in events if event.call == "fork" or event.text("object") == "pipe A"} >= {
        "write",
        "read",
    }


def test_the_function_of_the_library_that_was_called_is_told(compiled: Compile, run: Run) -> None:
    """`printf` for the write at its end; for a signal, what it interrupted."""
    library = run(compiled("library", "-g", "-O1")).events
    functions = {(event.call, event.args.get("thread")): event.function for event in library if event.source}

    assert functions["write", None] in ("printf", "write")
    assert next(event.function for event in library if event.text("object") == "stdout") == "printf"
    assert functions["clone", False] == "system"
    assert functions["clone", True] == "pthread_create"
    assert next(event.function for event in library if event.call == "futex" and event.task == "P0.2") == "sem_wait"


def test_a_signal_names_the_function_that_it_interrupted(compiled: Compile, run: Run) -> None:
    """That is what tells an unsafe handler from one that is safe by its timing."""
    assert [event.function for event in run(compiled("handler", "-g", "-O1")).events if event.kind == "signal"] == [
        "raise"
    ]


@pytest.mark.parametrize("version", [f"3.{minor}" for minor in (11, 12, 13)])
def test_events_of_a_python_program_come_from_the_marked_lines(version: str, runner: Runner, tmp_path: Path) -> None:
    """Direct and library calls, with, generators, lambdas, decorators, comprehensions, threads, children, modules."""
    program = interpreter(version)
    if program is None:
        assert version != f"{sys.version_info.major}.{sys.version_info.minor}", (
            "the interpreter that runs this is there"
        )
        return
    evidence = python_run(runner, tmp_path, "calls", program)

    assert evidence.end.outcome == "exited"
    assert differences(evidence, marks_of(sources_of("calls", "py"))) == []


def test_a_code_object_that_points_anywhere_gets_no_line_and_harms_nothing(runner: Runner, tmp_path: Path) -> None:
    """Its file name and its line table are read within bounds, whatever the program has put there."""
    evidence = python_run(runner, tmp_path, "forged_code", Path(sys.executable).resolve())

    assert (evidence.end.outcome, evidence.complete) == ("exited", True)
    assert differences(evidence, marks_of(sources_of("forged_code", "py"))) == []


def test_a_new_function_at_the_address_of_an_old_one_has_its_own_line(runner: Runner, tmp_path: Path) -> None:
    """Python uses the memory of a code object again; what is remembered of it is compared with what lies there now."""
    evidence = python_run(runner, tmp_path, "reused", Path(sys.executable).resolve())
    written = [event for event in evidence.events if event.text("object") == "stdout" and event.data]

    assert len(written) == 60
    assert [event.source[0].line for event in written] == [int(event.data or b"") for event in written]


def test_an_interpreter_of_another_version_gives_no_lines(runner: Runner, tmp_path: Path) -> None:
    """What lies where in its memory is not known, and no line is better than a wrong one."""
    program = interpreter("3.10")
    if program is None:
        assert layout_of(Elf(Path("/usr/bin/env").read_bytes())) is None
        return

    assert not any(event.source for event in python_run(runner, tmp_path, "calls", program).events)


@pytest.mark.parametrize("name", ["forged_stack", "forged_return", "forged_tables", "forged_name"])
def test_a_program_that_forges_what_lines_are_read_from_gets_none_and_harms_nothing(
    name: str, compiled: Compile, run: Run
) -> None:
    """Stacks in circles and at the end of memory, code of no file, rubbish in the tables, file names of its own choice."""
    evidence = run(compiled(name, "-g", "-O1"))

    assert (evidence.end.outcome, evidence.complete) == ("exited", True)
    assert differences(evidence, marks_of(sources_of(name, "c"), "-O1")) == []


def test_a_program_that_poses_as_an_interpreter_gets_no_lines_and_harms_nothing(compiled: Compile, run: Run) -> None:
    """Threads, frames and code that are rubbish or lead in a circle are followed for a bounded number of steps."""
    artifact = compiled("forged_interpreter", "-g", "-O1", "-rdynamic")
    Path(artifact.folder, "program").rename(Path(artifact.folder, "libpython3"))
    evidence = run(replace(artifact, argv=("/box/libpython3",)))

    assert (evidence.end.outcome, evidence.complete) == ("exited", True)
    assert sum(event.text("object") == "stdout" for event in evidence.events) == 7
    assert not any(event.source for event in evidence.events)


def interpreter(version: str) -> Path | None:
    """An interpreter of this version on this machine: the one that runs this, one on PATH, one beside it."""
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return Path(sys.executable).resolve()
    beside = sorted(Path(sys.base_prefix).parent.glob(f"{version}.*/bin/python{version}"))
    found = shutil.which(f"python{version}", path="/usr/bin:/usr/local/bin")
    return Path(found).resolve() if found else next(iter(beside), None)


def python_run(runner: Runner, tmp_path: Path, name: str, program: Path) -> Evidence:
    """One run of a Python program by this interpreter."""
    home = runner.folder / tmp_path.name
    home.mkdir()
    home.chmod(0o755)
    for source in sources_of(name, "py"):
        shutil.copy(source, home)
    main = "/box/main.py" if (home / "main.py").exists() else f"/box/{name}.py"
    mounts = () if str(program).startswith("/usr/") else (str(program.parents[1]),)
    return runner.lab.run(
        Artifact((str(program), main), str(home), "python", main, mounts), Plan(f"lines-{tmp_path.name}")
    )
