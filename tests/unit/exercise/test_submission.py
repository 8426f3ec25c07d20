"""A student's program is read once, whole and unchanged; whatever else lies at the path is refused by name."""

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.exercise import load_exercise, read_submission
from grader.exercise.submission import MAX_BYTES, MAX_FILES
from grader.model import Exercise
from tests.unit.exercise.authored import DEFINITION, exercise_folder, refusal


@pytest.fixture
def small(tmp_path: Path) -> Exercise:
    """The small exercise, which can be solved in Python and C."""
    return load_exercise(exercise_folder(tmp_path / "course"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty folder of a student."""
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def written(home: Path, **files: bytes) -> Path:
    """Write files (`__` in a keyword stands for a dot) and return their folder."""
    for name, data in files.items():
        (home / name.replace("__", ".")).write_bytes(data)
    return home


def test_a_single_file_keeps_its_name_and_its_bytes(home: Path, small: Exercise) -> None:
    """The language follows from the extension, and bytes that are no UTF-8 are passed on."""
    written(home, mine__py=b"\xff\0print()\r\n", mine__c=b"int main;")

    python, c = read_submission(home / "mine.py", small), read_submission(home / "mine.c", small)

    assert (python.language, dict(python.files), python.main) == (
        "python",
        {"mine.py": b"\xff\0print()\r\n"},
        "mine.py",
    )
    assert (c.language, dict(c.files), c.main) == ("c", {"mine.c": b"int main;"}, "")


def test_a_c_folder_brings_sources_and_headers_only(home: Path, small: Exercise) -> None:
    """Other files, sub-folders and hidden files of a student are left alone."""
    written(home, a__c=b"a", b__h=b"", notes__txt=b"x", grader__toml=b"x").joinpath(".git").mkdir()
    (home / "build").mkdir()
    (home / ".#a.c").symlink_to("nowhere")

    assert dict(read_submission(home, small).files) == {"a.c": b"a", "b.h": b""}


@pytest.mark.parametrize(
    ("names", "main"),
    [
        (["small_one.py", "main.py", "other.py"], "small_one.py"),
        (["main.py", "other.py"], "main.py"),
        (["other.py"], "other.py"),
    ],
)
def test_the_main_python_file_is_found_by_name(home: Path, small: Exercise, names: list[str], main: str) -> None:
    """The stub's name, else main.py, else the only file."""
    for name in names:
        (home / name).write_bytes(b"pass")

    assert read_submission(home, small).main == main


def test_the_language_decides_in_a_folder_of_both(home: Path, small: Exercise) -> None:
    """Without it the folder is refused, with the option named."""
    written(home, a__c=b"a", b__py=b"b")

    assert "both Python and C files" in refusal(lambda: read_submission(home, small))
    assert dict(read_submission(home, small, "c").files) == {"a.c": b"a"}
    assert dict(read_submission(home, small, "python").files) == {"b.py": b"b"}


def test_the_digest_depends_on_names_and_bytes_alone(home: Path, small: Exercise, tmp_path: Path) -> None:
    """The same program in another folder has the same digest; moving a byte from one file to the next changes it."""
    first = read_submission(written(home, a__c=b"ab", b__c=b"c"), small).sha256
    (tmp_path / "x").mkdir()
    (tmp_path / "y").mkdir()
    same = read_submission(written(tmp_path / "x", b__c=b"c", a__c=b"ab"), small).sha256
    moved = read_submission(written(tmp_path / "y", a__c=b"a", b__c=b"bc"), small).sha256

    assert first == same == "964c3fd7f612ecf6f3553cda4bf405983ffcd668782e80491088f471415e071e"
    assert first != moved


def link(path: Path) -> None:
    """A symbolic link to a readable file."""
    path.with_name("target.txt").write_bytes(b"secret")
    path.symlink_to("target.txt")


def folder_link(path: Path) -> None:
    """A symbolic link to a folder."""
    path.symlink_to("/")


def unix_socket(path: Path) -> None:
    """A bound socket."""
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(path))


@pytest.mark.parametrize(
    ("make", "kind"),
    [(link, "symbolic link"), (folder_link, "symbolic link"), (os.mkfifo, "FIFO"), (unix_socket, "socket")],
)
def test_what_is_no_file_is_refused_by_name(
    home: Path, small: Exercise, make: Callable[[Path], None], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given as the path or lying in the folder: it is never opened, and never waited for."""
    monkeypatch.chdir(home)
    written(home, fine__c=b"int x;")
    make(home / "odd.c")

    for path in (home / "odd.c", home):
        message = refusal(lambda path=path: read_submission(path, small))
        assert f"odd.c: is a {kind}" in message


def test_a_device_is_refused_without_being_opened(small: Exercise) -> None:
    """A character device is named as such."""
    assert "/dev/null: is a device" in refusal(lambda: read_submission("/dev/null", small))


@pytest.mark.parametrize(
    "name", ["-o.c", "@a.c", "a\nb.c", "\x1b[2J.c", "a\u202eb.c", "x" * 101 + ".c", "\udcff.c", "+.c"]
)
def test_a_name_that_a_tool_would_obey_is_refused(home: Path, small: Exercise, name: str) -> None:
    """Options of a compiler, control characters, text that turns around, and names that are no text."""
    (home / name).write_bytes(b"int x;")

    message = refusal(lambda: read_submission(home, small))

    assert "cannot be used" in message
    assert message.isprintable()


@pytest.mark.parametrize("name", ["übung 1.c", "_a.c", "1.c", "a-b+c.c"])
def test_an_ordinary_name_is_accepted(home: Path, small: Exercise, name: str) -> None:
    """Letters of any script, blanks and signs inside a name do no harm."""
    (home / name).write_bytes(b"int x;")

    assert list(read_submission(home, small).files) == [name]


@pytest.mark.parametrize("content", [b"", b" \n\t\n"])
def test_an_empty_program_is_told_with_the_next_step(home: Path, small: Exercise, content: bytes) -> None:
    """An empty file is a slip, not a wrong program."""
    written(home, small_one__py=content, helper__py=b"x = 1")

    for path in (home, home / "small_one.py"):
        message = refusal(lambda path=path: read_submission(path, small))
        assert message.endswith("small_one.py: is empty; write your program into it; the stub shows where to start")


def test_an_empty_helper_is_no_fault(home: Path, small: Exercise) -> None:
    """Only the file that is run must hold something; of C files, any."""
    written(home, main__py=b"x", __init____py=b"")

    assert read_submission(written(home, a__c=b"", b__c=b"x"), small, "c").language == "c"
    assert read_submission(home, small, "python").main == "main.py"


def test_a_file_at_the_limit_is_read_and_one_above_is_not(home: Path, small: Exercise) -> None:
    """The limit is on the bytes that are read, whatever the size was said to be."""
    written(home, a__c=b"x" * MAX_BYTES, b__c=b"x" * (MAX_BYTES + 1))

    assert len(read_submission(home / "a.c", small).files["a.c"]) == MAX_BYTES
    assert "larger than" in refusal(lambda: read_submission(home / "b.c", small))


def test_count_and_total_size_of_files_are_bounded(home: Path, small: Exercise) -> None:
    """A folder of too many or too large files is refused as a whole."""
    for number in range(5):
        (home / f"{number}.c").write_bytes(b"x" * MAX_BYTES)
    assert "together exceed" in refusal(lambda: read_submission(home, small))

    for number in range(MAX_FILES + 1):
        (home / f"{number}.c").write_bytes(b"x")
    assert f"more than {MAX_FILES} source files" in refusal(lambda: read_submission(home, small))


def test_a_folder_of_thousands_of_entries_is_refused(home: Path, small: Exercise) -> None:
    """Not even their names are read to the end."""
    for number in range(4_100):
        os.close(os.open(home / f"{number}", os.O_CREAT))

    assert "more than 4096 entries" in refusal(lambda: read_submission(home, small))


def test_a_sparse_giant_is_not_read(home: Path, small: Exercise) -> None:
    """A terabyte that takes no room on disk is larger than the limit as well."""
    with (home / "a.c").open("wb") as file:
        file.truncate(1 << 40)

    assert "larger than" in refusal(lambda: read_submission(home / "a.c", small))


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("absent.c", "no such file"),
        ("no\0thing.c", "cannot be opened"),
        ("", "no such file"),
        ("a.c/b.c", "cannot be opened: Not a directory"),
        ("x" * 300 + ".c", "cannot be opened: File name too long"),
    ],
)
def test_a_path_that_leads_nowhere_is_told(
    home: Path, small: Exercise, path: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slip in the path is explained, not traced back."""
    monkeypatch.chdir(home)
    written(home, a__c=b"x")

    with pytest.raises(Exception, match=fault):
        read_submission(path, small)


def test_wrong_language_and_extension_are_explained(home: Path, small: Exercise, tmp_path: Path) -> None:
    """Each message says which languages there are, or how to name the file."""
    written(home, a__py=b"x", b__txt=b"x")
    only_c = load_exercise(exercise_folder(tmp_path / "other", DEFINITION.replace("[python, c]", "[c]")))

    assert "cannot be solved in 'python'" in refusal(lambda: read_submission(home / "a.py", only_c, "python"))
    assert "does not end in .c" in refusal(lambda: read_submission(home / "a.py", only_c))
    assert "does not end in .py or .c" in refusal(lambda: read_submission(home / "b.txt", small))
    assert "ends in .c" in refusal(lambda: read_submission(home / "a.py", small, "c"))
    assert "holds no .c file" in refusal(lambda: read_submission(home, small, "c"))
    assert "holds no .c file" in refusal(lambda: read_submission(home, only_c))
    assert read_submission(home / "b.txt", small, "python").main == "b.txt"


def test_two_python_files_without_a_main_one_are_explained(home: Path, small: Exercise) -> None:
    """The message names the two names that a main file may have."""
    written(home, a__py=b"x", b__py=b"x")

    assert "call the main file small_one.py or main.py" in refusal(lambda: read_submission(home, small))


def test_a_folder_named_like_a_source_file_is_passed_over(home: Path, small: Exercise) -> None:
    """A folder `a.c` inside a submission is a sub-folder like any other."""
    (home / "a.c").mkdir()
    written(home, b__c=b"x")

    assert list(read_submission(home, small).files) == ["b.c"]
