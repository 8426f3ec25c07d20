"""What an installed grader carries: its code and this course's exercises, never a reference solution."""

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.unit.tree import ROOT, text_of

BUILD_INPUTS = ("pyproject.toml", "setup.py", "MANIFEST.in", "README.md", "LICENSE", "CHANGELOG.md")
BUILD_ALL = "from setuptools.build_meta import build_sdist, build_wheel; build_sdist('dist'); build_wheel('dist')"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a build reads, with one exercise and its reference, built without network."""
    root = tmp_path_factory.mktemp("checkout")
    for name in BUILD_INPUTS:
        shutil.copy(ROOT / name, root)
    shutil.copytree(ROOT / "grader", root / "grader")
    for place in (
        "grader/report/result.schema.json",
        "exercises/echo/exercise.yaml",
        "exercises/echo/test_echo.py",
        "exercises/echo/__pycache__/test_echo.cpython-311.pyc",
        "reference/echo/solution.py.j2",
        "tests/unit/test_echo.py",
    ):
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).touch()
    subprocess.run([sys.executable, "-W", "ignore", "-c", BUILD_ALL], cwd=root, check=True, capture_output=True)
    return root


def test_the_wheel_carries_the_course_and_no_reference(checkout: Path) -> None:
    """An installed grader has code, types, schemas and exercises; references and tests stay at home."""
    (wheel,) = (checkout / "dist").glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())

    assert {"grader/py.typed", "grader/report/result.schema.json"} <= names
    assert "grader/texts/locale/zh_CN/LC_MESSAGES/grader.mo" in names
    assert "grader/exercise/skeleton/solutions/wrong/c/no_wait.c.j2" in names  # of an exercise that no student is given
    assert {"grader/course/exercises/echo/exercise.yaml", "grader/course/exercises/echo/test_echo.py"} <= names
    assert [name for name in names if "reference" in name or "pycache" in name or name.startswith("tests")] == []
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"grader"}


def test_the_source_archive_carries_no_reference(checkout: Path) -> None:
    """Whoever may download the archive may be a student, so the solutions are not in it."""
    (archive,) = (checkout / "dist").glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = opened.getnames()

    assert any(name.endswith("/exercises/echo/exercise.yaml") for name in names)
    assert [name for name in names if "reference" in name or "/tests" in name] == []


def test_the_lock_names_each_dependency_and_no_index() -> None:
    """Every dependency, tool and the build backend is pinned; where they come from is the machine's decision."""
    lock = text_of(ROOT / "requirements.lock")
    config = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    wanted = [
        *config["build-system"]["requires"],
        *config["project"]["dependencies"],
        *config["project"]["optional-dependencies"]["dev"],
    ]

    assert [need for need in wanted if f"\n{need.split('>')[0].lower()}==" not in lock] == []
    assert "://" not in lock
    assert "--index" not in lock
