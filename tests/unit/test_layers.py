"""The data flows one way: these tests read the imports of grader/ and exercises/, and say where one flows back."""

from pathlib import Path

import pytest

from tests.unit.layering import exercise_faults, layer_faults
from tests.unit.tree import ROOT


def plant(root: Path, place: str, source: str) -> None:
    """Write a module into a tree, with the packages around it."""
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source, encoding="utf-8")


def test_each_stage_imports_only_stages_to_its_left() -> None:
    """A stage knows the stages before it and none after it, and there are no stages but the named ones."""
    faults = layer_faults(ROOT)

    assert faults == []


def test_exercises_import_only_the_public_face_and_pytest() -> None:
    """An exercise's tests stand on `from grader import ...` and pytest alone, so that a stage may change inside."""
    faults = exercise_faults(ROOT)

    assert faults == []


@pytest.mark.parametrize(
    "source",
    [
        "from grader.cli import main",
        "from grader.cli.main import main",
        "import grader.cli",
        "import grader.cli.main as start",
        "from grader import cli",
        "from .. import cli",
        "from ..cli import main",
        "from ..cli.main import main",
        "def late():\n    from grader.cli import main",
        "def late():\n    import grader.cli",
        "if True:\n    from ..cli import main",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from grader.cli import main",
        "import importlib\nimportlib.import_module('grader.cli')",
        "__import__('grader.cli')",
    ],
)
def test_an_import_that_points_to_the_right_is_caught(tmp_path: Path, source: str) -> None:
    """However it is written and wherever it stands, an import of a later stage is named with its stage."""
    plant(tmp_path, "grader/trace/run.py", source)

    faults = layer_faults(tmp_path)

    assert len(faults) == 1
    assert "trace imports cli" in faults[0]


@pytest.mark.parametrize("place", ["grader/errors.py", "grader/errors/__init__.py"])
def test_a_stage_may_be_a_module_or_a_package(tmp_path: Path, place: str) -> None:
    """A stage that is one module, and the __init__ of a package, are judged like any other file of a stage."""
    relative = "from . import model" if place.endswith("errors.py") else "from .. import model"
    plant(tmp_path, place, relative)

    faults = layer_faults(tmp_path)

    assert faults == [f"{place}:1: errors imports model, which is to its right"]


@pytest.mark.parametrize(
    "source", ["import grader", "from grader import check", "from grader import *", "from .. import x"]
)
def test_a_stage_that_imports_the_public_face_is_caught(tmp_path: Path, source: str) -> None:
    """The public face imports every stage, so a stage that imports it has imported all that is to its right."""
    plant(tmp_path, "grader/trace/run.py", source)

    faults = layer_faults(tmp_path)

    assert len(faults) == 1
    assert "public face" in faults[0]


def test_an_unknown_stage_is_caught(tmp_path: Path) -> None:
    """A folder of helpers beside the stages has no place in the order, so it may not exist."""
    plant(tmp_path, "grader/utils/text.py", "")

    faults = layer_faults(tmp_path)

    assert faults == ["grader/utils/text.py: grader.utils is no stage"]


def test_imports_to_the_left_and_of_other_projects_are_free(tmp_path: Path) -> None:
    """What is earlier, the stage itself, the version, and other projects may be imported in every way."""
    plant(
        tmp_path,
        "grader/trace/run.py",
        "import os, pytest, grader.model.plan\nfrom . import stops\nfrom .stops import Stop\nfrom ..errors import Bad\n"
        "from grader import __version__, box\nfrom grader.kernel.state import step\n",
    )
    plant(tmp_path, "grader/__init__.py", "from grader.cli.main import main\n")
    plant(tmp_path, "grader/__main__.py", "from grader.cli.main import main\n")

    faults = layer_faults(tmp_path)

    assert faults == []


@pytest.mark.parametrize(
    "source", ["import os", "from subprocess import run", "from grader.kernel import step", "import grader.box"]
)
def test_an_exercise_that_reaches_around_the_public_face_is_caught(tmp_path: Path, source: str) -> None:
    """Neither the standard library nor the inside of a stage is open to an exercise's tests."""
    plant(
        tmp_path,
        "exercises/echo/test_echo.py",
        f"from __future__ import annotations\nimport pytest\nimport grader\n{source}",
    )

    faults = exercise_faults(tmp_path)

    assert len(faults) == 1
    assert faults[0].startswith("exercises/echo/test_echo.py:4: imports ")


def test_an_exercise_that_stands_on_the_public_face_is_spared(tmp_path: Path) -> None:
    """Public names of grader and pytest are all that an exercise's tests need."""
    plant(tmp_path, "exercises/echo/test_echo.py", "import pytest\nfrom grader import Evidence, check\n")

    faults = exercise_faults(tmp_path)

    assert faults == []
