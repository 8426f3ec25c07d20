"""The secret of a course: which files hold one, which seeds come of it, and that it comes out nowhere."""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import pickle
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.exercise import Secret, read_secret, student_id
from tests.unit.exercise.authored import refusal

KEY = b"correct horse battery staple"


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Write a file that is the owner's alone, or of another mode."""

    def write(data: bytes = KEY, mode: int = 0o600) -> Path:
        path = tmp_path / "secret"
        path.write_bytes(data)
        path.chmod(mode)
        return path

    return write


def read(path: Path | str) -> tuple[Secret, list[str]]:
    """The secret in a file, and what was warned of."""
    warned: list[str] = []
    return read_secret(str(path), warned.append), warned


def seed(path: Path | str) -> str:
    """The seed of one student."""
    return read(path)[0].seed("pipe-one-way", "ada")


def test_a_seed_is_an_hmac_of_exercise_and_student() -> None:
    """Computed apart: HMAC-SHA256 under the secret, half of its hexadecimal digits."""
    whole = hmac.new(KEY, b"grader/variant/v1\0pipe-one-way\0ada", hashlib.sha256).hexdigest()

    assert Secret(KEY).seed("pipe-one-way", "ada") == whole[:32]


def test_seeds_differ_by_secret_exercise_and_student() -> None:
    """Who knows one of them knows no other."""
    seeds = {
        Secret(key).seed(exercise, student)
        for key in (KEY, KEY + b"!")
        for exercise in ("pipe-one-way", "pipe")
        for student in ("ada", "bob", "-one-way\0ada")
    }

    assert len(seeds) == 12


@pytest.mark.parametrize("data", [KEY, KEY + b"\n", KEY + b"\r\n"])
def test_one_line_end_is_no_part_of_the_secret(make: Callable[..., Path], data: bytes) -> None:
    """Editors add one; so the secret is the same whoever saved it."""
    assert seed(make(data)) == Secret(KEY).seed("pipe-one-way", "ada")


@pytest.mark.parametrize("key", [KEY + b"\n", KEY + b" ", b"\n" + KEY, bytes(range(256)), b"\xff\x00\n\r" * 8 + b"x"])
def test_any_bytes_are_a_secret(make: Callable[..., Path], key: bytes) -> None:
    """Only the last line end goes; nothing else is changed, whatever it is."""
    assert seed(make(key + b"\n")) == Secret(key).seed("pipe-one-way", "ada")


def test_a_carriage_return_alone_belongs_to_the_secret(make: Callable[..., Path]) -> None:
    """It ends no line."""
    assert seed(make(KEY + b"\r")) == Secret(KEY + b"\r").seed("pipe-one-way", "ada")


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b" \r\n\t\n" * 20, "is empty"),
        (bytes(64), "is empty"),
        (b"hunter2hunter2\n", "holds a secret of 14 bytes, which can be guessed"),
        (b"x" * 4097, "holds more than 4096 bytes"),
    ],
)
def test_what_is_no_secret_is_refused(make: Callable[..., Path], data: bytes, fault: str) -> None:
    """The message names the file, says how a good one is made, and holds nothing of what it read."""
    path = make(data)

    message = refusal(lambda: read(path))

    assert message.startswith(f"{path}: {fault}")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("mode", "fault"),
    [
        (0o644, "everybody may read it (mode 0644)"),
        (0o604, "everybody may read it (mode 0604)"),
        (0o620, "others may change it (mode 0620)"),
        (0o602, "others may change it (mode 0602)"),
    ],
)
def test_a_secret_that_is_none_is_refused(make: Callable[..., Path], mode: int, fault: str) -> None:
    """What everybody can read is known; what others can change is theirs."""
    path = make(mode=mode)

    message = refusal(lambda: read(path))

    assert fault in message
    assert f"chmod 600 {path}" in message
    assert KEY.decode() not in message


def test_a_group_that_may_read_it_is_told(make: Callable[..., Path]) -> None:
    """Teachers may share it through their group; whether it is theirs only they know."""
    secret, warned = read(make(mode=0o640))

    assert secret.seed("pipe-one-way", "ada") == Secret(KEY).seed("pipe-one-way", "ada")
    assert len(warned) == 1
    assert "its group may read it (mode 0640)" in warned[0]


def test_a_secret_of_ones_own_gives_no_warning(make: Callable[..., Path]) -> None:
    """Neither does one that is not even writable."""
    assert read(make(mode=0o600))[1] == []
    assert read(make(mode=0o400))[1] == []


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("absent", "there is no such file; make one"),
        (".", "is a folder"),
        ("/dev/zero", "is no regular file"),
        ("a\0b", "cannot be read"),
    ],
)
def test_what_is_no_file_is_told(tmp_path: Path, name: str, fault: str) -> None:
    """A missing file, a folder, an endless device, what is no path."""
    assert fault in refusal(lambda: read(tmp_path / name))


def test_a_link_leads_to_the_secret(make: Callable[..., Path], tmp_path: Path) -> None:
    """Its own mode means nothing."""
    (tmp_path / "link").symlink_to(make())

    assert seed(tmp_path / "link") == Secret(KEY).seed("pipe-one-way", "ada")


def test_a_pipe_is_read() -> None:
    """As of `--secret-file <(pass show course)`."""
    ours, theirs = os.pipe()
    os.write(theirs, KEY + b"\n")
    os.close(theirs)

    found = seed(f"/dev/fd/{ours}")
    os.close(ours)

    assert found == Secret(KEY).seed("pipe-one-way", "ada")


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a file's mode cannot be changed, as in some containers."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(KEY + b"\n")))

    assert seed("-") == Secret(KEY).seed("pipe-one-way", "ada")


def test_a_secret_shows_itself_to_nobody() -> None:
    """No text form, no attribute, no serialisation has it, so no log and no file can."""
    secret = Secret(KEY)

    shown = [repr(secret), str(secret), *(repr(getattr(secret, name)) for name in dir(secret))]

    assert not any("horse" in text for text in shown)
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ada", "ada"),
        ("  ada ", "ada"),
        ("Participant 123456", "Participant 123456"),
        ("ada.lovelace@school.example", "ada.lovelace@school.example"),
        ("2024_0017-b", "2024_0017-b"),
        ("学号12", "学号12"),
        ("Jose\u0301", "José"),
    ],
)
def test_an_id_is_taken_in_one_form(text: str, name: str) -> None:
    """Blanks around it do not count; Unicode is composed, so that one student has one variant."""
    assert student_id(text) == name


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        (".", "begins with '.'"),
        ("..", "begins with '.'"),
        (".hidden", "begins with '.'"),
        ("-rf", "begins with '-'"),
        ("@x", "begins with '@'"),
        ("a.", "ends with '.'"),
        ("a/b", "holds '/'"),
        ("../../etc", "holds '/'"),
        ("a\\b", "holds '\\'"),
        ("C:x", "holds ':'"),
        ("$(id)", "holds '$'"),
        ("a;b", "holds ';'"),
        ("a\nb", "holds the character U+000A"),
        ("a\0b", "holds the character U+0000"),
        ("a\x1b[2J", "holds the character U+001B"),
        ("a\u202eb", "holds the character U+202E"),
        ("a\u200bb", "holds the character U+200B"),
        ("a\udcffb", "holds the character U+DCFF"),
        ("x" * 81, "is longer than 80 characters"),
    ],
)
def test_an_id_that_cannot_be_a_folder_is_refused(text: str, fault: str) -> None:
    """Nor one that a shell or a terminal would obey; the message itself is harmless."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the words are compared below
        student_id(text)

    assert fault in str(caught.value)
    assert str(caught.value).isprintable()
