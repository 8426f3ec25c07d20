"""In: many programs; out: many results: the programs of a reference folder are graded side by side."""

from grader.batch.crew import Crew
from grader.batch.job import Graded, Job, RunEnd, jobs_of, other_seed, proof_seeds
from grader.batch.proved import Proofs

__all__ = ["Crew", "Graded", "Job", "Proofs", "RunEnd", "jobs_of", "other_seed", "proof_seeds"]
