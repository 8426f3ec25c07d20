"""In: requests for one supervisor; out: its answers in their order, and which runs it has still to answer for."""

from __future__ import annotations

import json
import select
from contextlib import suppress
from typing import IO

from grader.errors import BuildFailed, CannotDecide, DivergedReplay, GraderError, UsageError
from grader.evidence.codec import Json

__all__ = ["Channel", "Silent"]


class Silent(Exception):
    """The other side is gone."""


class Channel:
    """Both ways to one supervisor. `begun` names the runs that it was asked for and has not answered, oldest first."""

    def __init__(self, requests: IO[str], answers: IO[str]) -> None:
        """Take over two open streams of lines."""
        self._requests = requests
        self._answers = answers
        self._asked = 0
        self.begun: list[str] = []

    @property
    def busy(self) -> bool:
        """Whether an answer is still owed."""
        return self._asked > 0

    @property
    def answers(self) -> bool:
        """Whether an answer, or the end, is there to be taken now."""
        return bool(select.select([self._answers], [], [], 0)[0])

    def send(self, request: dict[str, Json]) -> None:
        """Ask. Raises Silent."""
        self._asked += 1
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        except BrokenPipeError:
            raise Silent from None

    def receive(self) -> Json:
        """The next answer. Raises Silent, and the GraderError that is the answer."""
        try:
            line = self._answers.readline()
        except ConnectionResetError:
            line = ""
        if not line:
            raise Silent
        self._asked -= 1
        answer: dict[str, Json] = json.loads(line)
        if "ok" in answer:
            return answer["ok"]
        raise _fault(answer)

    def close(self) -> None:
        """No more requests: an idle supervisor ends. Answers can still be taken."""
        with suppress(BrokenPipeError):  # what a supervisor that died has not read is of no use to anyone
            self._requests.close()

    def hang_up(self) -> None:
        """No more answers either."""
        self.close()
        self._answers.close()


def _fault(answer: dict[str, Json]) -> GraderError:
    if "build failed" in answer:
        return BuildFailed(str(answer["build failed"]))
    kind: type[GraderError] = UsageError if answer["status"] == 2 else CannotDecide
    kind = DivergedReplay if answer["diverged"] else kind
    return kind(str(answer["error"]), where=str(answer["where"]), action=str(answer["action"]))
