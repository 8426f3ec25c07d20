"""In: a folder of evidence with its record; out: `Stored`, a laboratory in which nothing is run, only read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from grader.checks.record import Record, load_record
from grader.errors import BuildFailed, CannotDecide, EvidenceInvalid
from grader.evidence import Evidence, load
from grader.model import Artifact, Plan, Submission

__all__ = ["Stored"]

FAIR = "fair"


class Stored:
    """Answers each plan with the evidence on file. `record` is the grading that it belongs to."""

    def __init__(self, folder: str) -> None:
        """Read the record and every run. Raises EvidenceInvalid for a file that is damaged or of another version.

        A file that is missing is no fault yet: whoever asks for that run is told.
        """
        self.record: Record = load_record(folder)
        self._folder = folder
        self._evidence = {plan: load(path) for plan, path in self._files(self.record.runs) if path.is_file()}
        self._witnesses = {check: load(path) for check, path in self._files(self.record.witnesses) if path.is_file()}
        for evidence in (*self._evidence.values(), *self._witnesses.values()):
            if evidence.header.sha256 != self.record.sha256:
                raise EvidenceInvalid(
                    "the evidence is of another submission than its record",
                    where=evidence.path,
                    action="keep the evidence of each submission in a folder of its own",
                )

    def _files(self, files: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
        """For each plan or check its file; a record cannot name a file outside of its folder."""
        for plan, name in files.items():
            if Path(name).name != name:
                raise EvidenceInvalid(
                    f"the run '{plan}' is said to be in '{name}'",
                    where=self._folder,
                    action="take the record as it was written",
                )
            yield plan, Path(self._folder, name)

    @property
    def rung(self) -> str:
        """The rung of the box in which the runs were made."""
        return self.record.rung

    def build(self, submission: Submission) -> Artifact:
        """Nothing is built. Raises BuildFailed where the submission did not build."""
        if self.record.build_output:
            raise BuildFailed(self.record.build_output)
        return Artifact((), "", submission.language)

    def run(self, _artifact: Artifact, plan: Plan, _sha256: str = "") -> Evidence:
        """The evidence of this plan. Raises CannotDecide: it is not there, or was made for another plan of this name."""
        evidence = self._evidence.get(plan.name)
        if evidence is None:
            raise CannotDecide(
                f"the evidence of the run '{plan.name}' is not in {self._folder}",
                where=plan.name,
                action="put the file back, or grade the submission again",
            )
        if evidence.header.plan != plan:
            raise _changed(plan.name)
        return evidence

    def witness(self, check: str, plans: Mapping[str, Plan]) -> Evidence | None:
        """The run under another schedule in which the check failed; None: there was none. `plans` are those of the check.

        Raises CannotDecide: it is not there, or was made for another plan of this name.
        """
        if check not in self.record.witnesses:
            return None
        evidence = self._witnesses.get(check)
        if evidence is None:
            raise CannotDecide(
                f"the evidence of the run in which it failed is not in {self._folder}",
                where=self.record.witnesses[check],
                action="put the file back, or grade the submission again",
            )
        plan = evidence.header.plan
        if plans.get(plan.name) != replace(plan, schedule=FAIR):
            raise _changed(plan.name)
        return evidence

    @contextmanager
    def open(self, _folder: str, _rung: str) -> Iterator[Stored]:
        """Be the opener of a grading."""
        yield self


def _changed(name: str) -> CannotDecide:
    return CannotDecide(
        f"the exercise has changed: its run '{name}' is not the one on file",
        where=name,
        action="grade the submission again, or judge with the exercise as it was",
    )
