"""In: nothing; out: what an event costs, and how much memory a run takes, from 10² to 10⁵ events, as rows of a table.

A program writes a byte into a pipe and reads it, over and over. Each run, and each loading of its evidence, has its own process:
its peak of memory is that of this one run (`python -m benchmarks.growth run C_OR_PY ROUNDS FILE`, `… load FILE`).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.corpus import ROOT
from benchmarks.measure import SURROUNDINGS

HEAD = ["events", "µs an event, run", "µs an event, load", "supervisor, MiB", "loading process, MiB", "file, KiB"]
ROUNDS = (40, 490, 4_990, 49_990)
PROGRAMS = {
    "c": "#include <stdlib.h>\n#include <unistd.h>\nint main(int argc, char **argv) {\n    int fds[2];\n    char byte = 0;\n"
    "    if (argc < 2 || pipe(fds)) return 1;\n    for (int left = atoi(argv[1]); left > 0; left--)\n"
    "        if (write(fds[1], &byte, 1) != 1 || read(fds[0], &byte, 1) != 1) return 1;\n    return 0;\n}\n",
    "py": "import os, sys\nr, w = os.pipe()\nfor _ in range(int(sys.argv[1])):\n    os.write(w, b'x')\n    os.read(r, 1)\n",
}


def growth_rows(times: int = 3) -> dict[str, list[list[str]]]:
    """For each language one row a size: the fastest of so many runs, and the memory of the last."""
    return {kind: [_row(kind, rounds, times) for rounds in ROUNDS] for kind in PROGRAMS}


def _row(kind: str, rounds: int, times: int) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="grader-growth-") as name:
        Path(name).chmod(0o755)
        file = Path(name, "run.jsonl")
        runs = [_apart("run", kind, str(rounds), str(file)) for _ in range(times)]
        loads = [_apart("load", str(file)) for _ in range(times)]
        size = file.stat().st_size
    events = loads[0]["events"]
    run, load = min(each["seconds"] for each in runs), min(each["seconds"] for each in loads)
    memory = [f"{each['memory'] / (1 << 20):.0f}" for each in (runs[-1], loads[-1])]
    return [f"{events:,.0f}", f"{run / events * 1e6:.0f}", f"{load / events * 1e6:.1f}", *memory, f"{size / 1024:,.0f}"]


def _apart(*words: str) -> Mapping[str, float]:
    line = [sys.executable, "-m", "benchmarks.growth", *words]
    output = subprocess.run(line, capture_output=True, check=True, text=True, cwd=ROOT, env=SURROUNDINGS).stdout
    found: dict[str, float] = json.loads(output.splitlines()[-1])
    return found


def run(kind: str, rounds: str, file: str) -> dict[str, float]:
    """One run, by a supervisor that has made a short one before."""
    from grader.evidence.codec import to_json
    from grader.explore.worker import Worker, pin
    from grader.model import Plan, Submission
    from grader.trace import ticking

    pin()
    ticking()
    worker = Worker("")
    with tempfile.TemporaryDirectory(prefix="grader-growth-") as name:
        Path(name).chmod(0o755)
        language = "c" if kind == "c" else "python"
        submission = Submission(f"p.{kind}", language, {f"p.{kind}": PROGRAMS[kind].encode()}, f"p.{kind}", "")
        built = worker.build({"submission": to_json(submission), "folder": name})
        assert isinstance(built, dict)
        try:
            for argv in (("1",), (rounds,)):
                plan = Plan("growth", argv=argv)
                started = time.perf_counter()
                worker.run({"artifact": built["artifact"], "plan": to_json(plan), "path": file, "durable": False})
                seconds = time.perf_counter() - started
        finally:
            ticking(on=False)
            worker.close()
    return {"seconds": seconds, "memory": _peak()}


def load(file: str) -> dict[str, float]:
    """One loading, with the model's state at the end."""
    from grader import evidence

    started = time.perf_counter()
    found = evidence.load(file)
    seconds = time.perf_counter() - started
    assert found.outcome == "exited"
    return {"seconds": seconds, "memory": _peak(), "events": len(found.events)}


def _peak() -> float:
    """The most memory that this program ever had, in bytes; getrusage would count what it was before its execve as well."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    print(json.dumps({"run": run, "load": load}[command](*rest)))
