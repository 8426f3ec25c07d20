"""In: this machine; out: what it can do, tried for real: the box, the tracer, the compiler, the interpreter."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from grader.cli.diagnosis import Facts, able, diagnosis_text, findings
from grader.cli.output import Progress, say_signed
from grader.errors import GraderError
from grader.explore import Lab
from grader.model import Artifact, Plan, Submission

if TYPE_CHECKING:
    from argparse import Namespace

    from grader.checks.laboratory import Opener

__all__ = ["doctor", "examine"]

PACKAGES = ("jinja2", "pytest", "pytest-timeout", "pyyaml", "posix-ipc", "sysv-ipc", "rich")
ACTIONS = Path("/proc/sys/kernel/seccomp/actions_avail")
SOURCES = {"c": ("trial.c", b"int main(void) { return 0; }\n"), "python": ("trial.py", b"import os\n")}


def doctor(_arguments: Namespace, _opener: Opener | None) -> int:
    """Examine, and say what was found: 0 this machine can grade, 3 it cannot."""
    progress = Progress(sys.stderr)
    progress("trying the box and the tracer")
    try:
        found = tuple(findings(examine()))
    finally:
        progress.clear()
    say_signed(diagnosis_text(found))
    return 0 if able(found) else 3


def examine() -> Facts:
    """Try everything once, on a machine of the right kind."""
    right = (platform.system(), platform.machine()) == ("Linux", "x86_64")
    rung, notes, fault, trials = _laboratory() if right else ("", (), "not tried on this system", {})
    return Facts(
        system=platform.system(),
        machine=platform.machine(),
        kernel=platform.release(),
        python=sys.version_info[:3],
        packages={name: _version(name) for name in PACKAGES},
        programs={"cc": shutil.which("cc", path="/usr/bin:/bin") or "", "bwrap": shutil.which("bwrap") or ""},
        tracing_filter="trace" in (ACTIONS.read_text().split() if ACTIONS.exists() else ()),
        handles=_handles(),
        landlock=_landlock() if right else 0,
        user_ids=_user_ids(),
        rung=rung,
        notes=notes,
        box_fault=fault,
        trials=trials,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _landlock() -> int:
    """The version of Landlock; imported here, since the system calls behind it exist on Linux only."""
    from grader.box.linux import landlock_version

    return landlock_version()


def _handles() -> bool:
    """Whether a process may have a handle on another (pidfd_open(2)); without that nothing can be cleaned up safely."""
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (OSError, AttributeError):
        return False
    return True


def _laboratory() -> tuple[str, tuple[str, ...], str, dict[str, int | str]]:
    """The rung with its notes, why there is no box, and what came of a tiny run of each kind."""
    with TemporaryDirectory(prefix="grader-") as folder, TemporaryDirectory(prefix="grader-") as empty:
        Path(empty).chmod(0o755)
        with Lab.open(Path(folder)) as lab:
            try:
                rung, notes = lab.rung, tuple(_words(note) for note in lab.notes)
            except GraderError as fault:
                return "", (), _words(str(fault)), {}
            program = shutil.which("true", path="/usr/bin:/bin") or "/bin/true"
            trials: dict[str, int | str] = {"any": _run(lab, Artifact((program,), empty, "any"))}
            for language, (name, data) in SOURCES.items():
                trials[language] = _build_and_run(lab, name, data, language)
    return rung, notes, "", trials


def _words(text: str) -> str:
    """Without the advice to ask the doctor, who is speaking."""
    return text.removesuffix("; see what `grader doctor` says").removesuffix("; run `grader doctor`")


def _user_ids() -> int:
    """How many user ids there are here (user_namespaces(7), /proc/PID/uid_map): a container may have a single one."""
    lines = (
        Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines()
        if Path("/proc/self/uid_map").exists()
        else []
    )
    return sum(int(line.split()[2]) for line in lines)


def _build_and_run(lab: Lab, name: str, data: bytes, language: str) -> int | str:
    main = name if language == "python" else ""
    submission = Submission(name, language, {name: data}, main, hashlib.sha256(data).hexdigest())
    try:
        return _run(lab, lab.build(submission))
    except GraderError as fault:
        return str(fault)


def _run(lab: Lab, artifact: Artifact) -> int | str:
    """The number of events of a whole run, or what was wrong with it."""
    try:
        evidence = lab.run(artifact, Plan("trial"))
    except GraderError as fault:
        return str(fault)
    if not evidence.complete:
        return f"the record is incomplete: {'; '.join(evidence.end.lost)}"
    if (evidence.outcome, evidence.exit_status) != ("exited", 0):
        return f"it ended otherwise than it should: {evidence.outcome} {evidence.exit_status}"
    return len(evidence.events)
