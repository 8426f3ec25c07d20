"""In: a supervisor that has just been started; out: it has loaded what a run needs, and nothing that reads an exercise."""

from __future__ import annotations

import subprocess
import sys


def test_a_supervisor_loads_nothing_that_reads_an_exercise() -> None:
    """Every grading waits for its start: no parser of YAML or templates, no check and no report is part of it."""
    code = "import sys, grader.explore.worker; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    loaded = set(done.stdout.split())
    assert {"grader.trace.tracer", "grader.exercise.peers"} <= loaded
    assert loaded.isdisjoint({"yaml", "jinja2", "pytest", "grader.exercise.course", "grader.checks", "grader.report"})
