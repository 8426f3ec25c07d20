"""In: what a person asks for, or the environment; out: the language of the texts, one of `TONGUES`."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["TONGUES", "language_named", "language_of"]

TONGUES = ("en", "zh")
"""English, in which every message is written, and Simplified Chinese."""

SIMPLIFIED = ("", "cn", "sg", "hans")
"""Where Chinese is written in simplified characters, as the second part of a locale's name says it."""


def language_named(locale: str) -> str:
    """The language that a locale's name stands for (`zh`, `zh-CN`, `zh_CN.UTF-8`); empty for one that there are no texts in."""
    name = locale.partition(".")[0].partition("@")[0].lower().replace("-", "_")
    language, _, place = name.partition("_")
    if language == "en":
        return "en"
    return "zh" if language == "zh" and place.partition("_")[0] in SIMPLIFIED else ""


def language_of(environment: Mapping[str, str]) -> str:
    """The language that the environment asks for; English where it asks for none that there is.

    The first of LC_ALL, LC_MESSAGES and LANG that is not empty names the locale (POSIX.1-2017, XBD 8.2). LANGUAGE, a list, goes
    before it unless that locale is C or POSIX (GNU gettext, "Specifying a Priority List of Languages").
    """
    chosen = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, chosen), "C")
    if locale.partition(".")[0] in ("C", "POSIX"):
        return "en"
    wishes = (*environment.get("LANGUAGE", "").split(":"), locale)
    return next(filter(None, map(language_named, wishes)), "en")
