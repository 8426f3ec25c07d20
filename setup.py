"""Adds the exercises of this course, and never their reference solutions, to a built wheel."""

from pathlib import Path
from shutil import copytree, ignore_patterns

from setuptools import setup
from setuptools.command.build_py import build_py

COURSE = Path("grader", "course")


class BuildWithCourse(build_py):
    """Copies exercises/ to grader/course/exercises/, so that an installed grader finds a course beside its code."""

    def run(self) -> None:
        """Build the package, then lay the exercises beside it; a checkout (editable) is its own course."""
        super().run()
        exercises = Path("exercises")
        if exercises.is_dir() and not self.editable_mode:
            target = Path(self.build_lib) / COURSE / "exercises"
            copytree(exercises, target, dirs_exist_ok=True, ignore=ignore_patterns("__pycache__", ".*"))


setup(cmdclass={"build_py": BuildWithCourse})
