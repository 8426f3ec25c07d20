"""The public face: what `from grader import ...` offers to an exercise's tests, named once and loaded when asked for."""

from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import grader


@pytest.mark.parametrize("name", [name for name in grader.__all__ if name != "__version__"])
def test_each_public_name_comes_from_exactly_one_stage(name: str) -> None:
    """And it is the very object that the stage itself exports."""
    homes = [stage for stage, names in grader._STAGES.items() if name in names]  # noqa: SLF001 - the table under test

    assert len(homes) == 1
    stage = importlib.import_module(homes[0])
    assert name in stage.__all__
    assert getattr(grader, name) is getattr(stage, name)


def test_the_face_offers_what_it_names_and_nothing_else() -> None:
    """`__all__`, the table of stages and `dir` agree, sorted as a reader looks for them."""
    table = {name for names in grader._STAGES.values() for name in names}  # noqa: SLF001 - the table under test

    assert table | {"__version__"} == set(grader.__all__) == set(dir(grader))
    with pytest.raises(AttributeError, match="no attribute 'Lab'"):
        grader.Lab  # noqa: B018 - asking is the test


def test_the_face_loads_no_stage_until_it_is_asked() -> None:
    """The version costs every start of the command; a stage costs only who uses it."""
    code = "import sys, grader; print(grader.__version__, [name for name in sys.modules if name.startswith('grader.')])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == f"{grader.__version__} []\n"
