"""In: a language, the catalogues of grader and of an exercise; out: each message in that language, else in English.

A message's id is its English text, with its values by name in braces, so English needs no catalogue. Which language is spoken is
a context variable: two gradings in one process do not meet, and without `speaking` it is English, whatever the environment says.
A message without a translation is said in English.
"""

from __future__ import annotations

import gettext as library
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, NamedTuple

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["catalogue_beside", "gettext", "gettext_noop", "ngettext", "speaking", "spoken", "translation_in"]

LOCALES = {"zh": "zh_CN"}
"""The folder below `locale/` in which the catalogue of a language lies."""


class _Speech(NamedTuple):
    language: str
    catalogue: library.NullTranslations


ENGLISH = _Speech("en", library.NullTranslations())
_SPEECH: ContextVar[_Speech] = ContextVar("speech", default=ENGLISH)


def spoken() -> str:
    """The language that is spoken at the moment: one of `TONGUES`."""
    return _SPEECH.get().language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say all messages inside in this language, one of `TONGUES`. Raises UsageError where its catalogue is damaged."""
    catalogue = _catalogue("grader", __file__.rpartition("/")[0], language)
    token = _SPEECH.set(_Speech(language, catalogue))
    try:
        yield
    finally:
        _SPEECH.reset(token)


@contextmanager
def catalogue_beside(folder: str | Path) -> Iterator[None]:
    """Inside, messages are looked for in the catalogue of this exercise first. Raises UsageError where it is damaged."""
    speech = _SPEECH.get()
    catalogue = _catalogue("exercise", folder, speech.language)
    catalogue.add_fallback(speech.catalogue)
    token = _SPEECH.set(_Speech(speech.language, catalogue))
    try:
        yield
    finally:
        _SPEECH.reset(token)


def gettext(message: str, /, **values: object) -> str:
    """The message in the language that is spoken, with its values in it; without values, braces stay as they are."""
    words = _SPEECH.get().catalogue.gettext(message)
    return words.format_map(values) if values else words


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """The form of the message that a number asks for, with `number` and the values in it."""
    return _SPEECH.get().catalogue.ngettext(one, many, number).format_map({"number": number, **values})


def gettext_noop(message: str) -> str:
    """The message itself: it stands in the catalogue, and is said later by `gettext`."""
    return message


def translation_in(folder: str | Path, language: str, message: str) -> str:
    """What the exercise's own catalogue has for a message; empty where it has nothing. Raises UsageError as above."""
    catalogue = _catalogue("exercise", folder, language)
    catalogue.add_fallback(_Silence())
    return catalogue.gettext(message)


class _Silence(library.NullTranslations):
    """Knows no message, and says so."""

    def gettext(self, message: str) -> str:  # noqa: ARG002 - the form of the standard library
        return ""


def _catalogue(domain: str, folder: str | Path, language: str) -> library.NullTranslations:
    """What lies at `locale/LOCALE/LC_MESSAGES/DOMAIN.mo` in a folder; an empty catalogue where nothing does."""
    if language not in LOCALES:
        return library.NullTranslations()
    place = f"{folder}/locale"
    try:
        return library.translation(domain, place, [LOCALES[language]], fallback=True)
    except (OSError, ValueError, LookupError) as fault:
        where = f"{place}/{LOCALES[language]}/LC_MESSAGES/{domain}.mo"
        raise UsageError(
            f"not a message catalogue: {fault}", where=where, action="compile it anew: make texts"
        ) from None
