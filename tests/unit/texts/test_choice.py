"""Which language the texts are in: what is asked for by name, else what the environment says, in the order of POSIX."""

from __future__ import annotations

import pytest

from grader.texts import language_named, language_of


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("en", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh_CN.UTF-8", "zh"),
        ("zh_CN.GB18030", "zh"),
        ("zh_SG", "zh"),
        ("zh-Hans-CN", "zh"),
        ("zh_CN@pinyin", "zh"),
        ("zh_TW.UTF-8", ""),
        ("zh-Hant", ""),
        ("de_DE", ""),
        ("", ""),
    ],
)
def test_a_locale_names_a_language_or_none(name: str, language: str) -> None:
    """Simplified characters only: who reads traditional ones is not given others unasked."""
    assert language_named(name) == language


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": ""}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN:en"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de:en:zh"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de"}, "zh"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "POSIX", "LANGUAGE": "zh_CN"}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "\udcff"}, "en"),
    ],
)
def test_the_environment_is_read_in_the_order_of_posix(environment: dict[str, str], language: str) -> None:
    """LC_ALL before LC_MESSAGES before LANG; LANGUAGE before all of them, but not where the locale is C."""
    assert language_of(environment) == language
