"""In: a task held at a call or a signal; out: the line of the submission's own source that it comes from: feedback, no evidence."""

from grader.trace.sites.place import NO_PLACE, Place
from grader.trace.sites.sites import Files, Sites

__all__ = ["NO_PLACE", "Files", "Place", "Sites"]
