"""In: pytest; out: a terminal's signals for every test, and one laboratory for all that search the schedules of programs.

Every test begins as in a terminal whose language is English, also where whoever started it ignores Ctrl-C (a job in the background
of a script) or reads another language.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from grader.texts import language_of
from tests.support.schedules import Workshop

for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:  # inherited through exec(2), by every command under test too
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)

if language_of(os.environ) != "en":  # the words that tests expect are English, whoever runs them
    os.environ["LC_ALL"] = "C.UTF-8"


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A laboratory whose programs lie where the box's user may enter."""
    folder = tmp_path_factory.mktemp("workshop")
    for each in (folder, *folder.parents[:2]):
        each.chmod(0o755)
    with Workshop.open(folder) as opened:
        yield opened
