"""In: pytest; out: one laboratory for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.schedules import Workshop


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A laboratory whose programs lie where the box's user may enter."""
    folder = tmp_path_factory.mktemp("faults")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    with Workshop.open(folder) as opened:
        yield opened
