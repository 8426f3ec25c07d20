"""In: pytest; out: one laboratory for all tests of this folder, in which every program is compiled once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.explore import Lab
from tests.system.trace.runner import Runner


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runner]:
    """A laboratory whose programs lie where the box's user may enter."""
    folder = tmp_path_factory.mktemp("trace")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    with Lab.open(folder / "evidence") as lab:
        yield Runner(lab, folder)
