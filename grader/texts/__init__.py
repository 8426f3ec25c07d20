"""In: a message in English with named values; out: the words of it in the language that is spoken at the moment."""

from grader.texts.choice import TONGUES, language_named, language_of
from grader.texts.speech import catalogue_beside, gettext, gettext_noop, ngettext, speaking, spoken, translation_in

__all__ = [
    "TONGUES",
    "catalogue_beside",
    "gettext",
    "gettext_noop",
    "language_named",
    "language_of",
    "ngettext",
    "speaking",
    "spoken",
    "translation_in",
]
