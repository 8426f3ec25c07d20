"""An evidence file comes back exactly as it was written, or is refused with its line, its fault and the way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import EvidenceInvalid
from grader.evidence import SCHEMA, Evidence, EvidenceWriter, block_of, load
from grader.evidence.codec import from_json, to_json
from grader.model import End, Event, Header, Plan, Source
from tests.support.events import Story
from tests.support.random_events import ENDS, EVENTS, HEADERS, PLANS

HEADER = Header(("./program",), "any", Plan("default"), "A")


def numbered(events: list[Event]) -> tuple[Event, ...]:
    """The events with the numbers of their places."""
    return tuple(replace(event, n=n) for n, event in enumerate(events, 1))


def written(path: Path, events: tuple[Event, ...], header: Header = HEADER, end: End | None = None) -> End:
    """Write a whole file; what the writer says of its end."""
    with EvidenceWriter(path, header) as writer:
        for event in events:
            writer.add(event)
        return writer.finish(end or End("exited", 0))


def talk() -> Story:
    """A child that reads what its parent writes."""
    story = Story()
    story.pipe("P0")
    story.fork("P0", "P1")
    story.write("P0", 4, b"\x00\xff raw")
    story.read("P1", 3, b"\x00\xff raw")
    story.exit("P1")
    story.wait("P0", "P1")
    story.exit("P0")
    return story


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the evidence file goes."""
    return tmp_path / "evidence.jsonl"


@given(HEADERS, st.lists(EVENTS, max_size=5).map(numbered), ENDS)
def test_every_event_comes_back_exactly(header: Header, events: tuple[Event, ...], end: End) -> None:
    """Bytes, nested arguments, any character and bytes that are no text survive the file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "evidence.jsonl"
        finished = written(path, events, header, end)
        run = load(path)

    assert run.events == events
    assert (run.header, run.end) == (header, finished)


@given(PLANS)
def test_a_plan_comes_back_exactly_from_json_text(plan: Plan) -> None:
    """A plan travels as JSON text, in evidence and in reports."""
    assert from_json(Plan, json.loads(json.dumps(to_json(plan)))) == plan


def test_types_survive_where_json_could_blur_them(path: Path) -> None:
    """True is not 1, empty bytes are not absent bytes, and a tuple stays a tuple."""
    event = Event(1, "P0", "call", "read", {"yes": True, "one": 1, "pair": ("a", (1,)), "map": {"x": ()}}, data=b"")
    written(path, (event,))
    args = load(path).events[0].args

    assert args["yes"] is True
    assert args["one"] == 1
    assert args["one"] is not True
    assert args["pair"] == ("a", (1,))
    assert args["map"] == {"x": ()}
    assert load(path).events[0].data == b""


def test_equal_events_are_equal_bytes(tmp_path: Path) -> None:
    """The order in which arguments were set down does not show in the file or its digest."""
    one = Event(1, "P0", "call", "close", {"fd": 3, "object": "pipe A"}, 0)
    other = Event(1, "P0", "call", "close", {"object": "pipe A", "fd": 3}, 0)
    ends = [written(tmp_path / name, (event,)) for name, event in (("a", one), ("b", other))]

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert ends[0].digest == ends[1].digest


def test_source_lines_stand_apart_and_change_neither_the_events_nor_their_digest(tmp_path: Path) -> None:
    """A place helps a person and is no evidence: two files that differ in nothing else have one digest."""
    events = [Event(1, "P0", "start"), Event(2, "P0", "call", "write", {"fd": 1}, 1, data=b"a")]
    placed = [events[0], replace(events[1], source=(Source("a.c", 31),), function="printf")]
    plain = [written(tmp_path / name, tuple(each)) for name, each in (("plain", events), ("placed", placed))]
    lines = [(tmp_path / name).read_bytes().splitlines() for name in ("plain", "placed")]

    assert plain[0] == plain[1]
    assert [line for line in lines[1] if line not in lines[0]] == [
        b'{"kind":"places","places":[{"events":[2],"function":"printf","source":[["a.c",31]]}]}'
    ]
    assert load(tmp_path / "placed").events == tuple(placed)
    assert load(tmp_path / "plain").events == tuple(events)


def test_one_changed_byte_of_payload_changes_the_digest(tmp_path: Path) -> None:
    """The digest covers the payloads."""
    one, other = (Event(1, "P0", "call", "write", {"fd": 1}, 1, data=data) for data in (b"a", b"b"))

    assert written(tmp_path / "a", (one,)).digest != written(tmp_path / "b", (other,)).digest


def test_text_stays_readable_and_raw_bytes_are_base64(path: Path) -> None:
    """A payload of printable ASCII is found by grep."""
    written(path, (Event(1, "P0", "call", "write", data=b"hi\n"), Event(2, "P0", "call", "write", data=b"\x00\xff")))
    lines = path.read_text("ascii").splitlines()

    assert json.loads(lines[1])["data"] == "hi\n"
    assert json.loads(lines[2])["data"] == {"base64": "AP8="}


def test_nothing_bears_the_final_name_before_the_end(path: Path) -> None:
    """A writer that crashes leaves no file under the name that readers look for."""
    writer = EvidenceWriter(path, HEADER)
    writer.add(Event(1, "P0", "start"))

    assert not path.exists()

    writer.discard()

    assert list(path.parent.iterdir()) == []


def test_a_writer_that_was_not_finished_leaves_nothing(path: Path) -> None:
    """Leaving the block of a writer before `finish` removes its temporary file."""
    with EvidenceWriter(path, HEADER) as writer:
        writer.add(Event(1, "P0", "start"))

    assert list(path.parent.iterdir()) == []


def test_a_finished_file_replaces_the_old_one_and_leaves_no_other(path: Path) -> None:
    """A run that is made again takes the place of the old record in one step."""
    path.write_text("old")
    written(path, (Event(1, "P0", "start"),))

    assert [file.name for file in path.parent.iterdir()] == ["evidence.jsonl"]
    assert load(path).last == Event(1, "P0", "start")


def test_the_writer_refuses_a_hole(path: Path) -> None:
    """Numbers count from 1 without holes: a recorder that loses an event is stopped at once."""
    with EvidenceWriter(path, HEADER) as writer, pytest.raises(ValueError, match="event 2 follows event 0"):
        writer.add(Event(2, "P0", "start"))


def lines_of(path: Path) -> list[bytes]:
    """The lines of a good file."""
    written(path, talk().evidence().events)
    return path.read_bytes().splitlines(keepends=True)


def other_version(lines: list[bytes]) -> list[bytes]:
    """The header of a later grader."""
    return [lines[0].replace(SCHEMA.encode(), b"grader/evidence/v9"), *lines[1:]]


def swapped(lines: list[bytes]) -> list[bytes]:
    """Two events in the wrong order."""
    return [lines[0], lines[2], lines[1], *lines[3:]]


def edited(lines: list[bytes]) -> list[bytes]:
    """A good line with another text."""
    return [lines[0], lines[1].replace(b"./program", b"./praught"), *lines[2:]]


def with_line(n: int, text: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """The damage that puts `text` in place of line `n`."""
    return lambda lines: [*lines[: n - 1], text + b"\n", *lines[n:]]


def with_places(places: bytes) -> Callable[[list[bytes]], list[bytes]]:
    """A line of places in front of the end line."""
    return lambda lines: [*lines[:-1], b'{"kind":"places","places":' + places + b"}\n", lines[-1]]


DAMAGE: dict[str, tuple[Callable[[list[bytes]], list[bytes]], str]] = {
    "another version": (other_version, ":1: the file is grader/evidence/v9, this grader reads grader/evidence/v1; use"),
    "no evidence at all": (lambda _: [b'{"a":1}\n'], ":1: this is no evidence file"),
    "an empty file": (lambda _: [b""], ":1: the line is damaged"),
    "no end line": (lambda lines: lines[:-1], ":12: the file is truncated: its last line is no end line"),
    "half an end line": (lambda lines: [*lines[:-1], lines[-1][:-9]], ":13: the file is truncated"),
    "a header alone": (lambda lines: lines[:1], ":1: the file is truncated"),
    "half a line": (lambda lines: with_line(5, lines[4][:20])(lines), ":5: the line is damaged"),
    "a byte that is no ASCII": (
        with_line(4, b'{"n":3,"task":"\xff"}'),
        ":4: the line is damaged: it holds a byte that",
    ),
    "two events on one line": (
        lambda lines: [lines[0], lines[1][:-1] + b"," + lines[2], *lines[3:]],
        ":2: the line is damaged: Extra data",
    ),
    "an event on two lines": (
        lambda lines: [lines[0], lines[1].replace(b',"kind"', b'\n,"kind"'), *lines[2:]],
        ":2: the line is damaged",
    ),
    "a hole": (lambda lines: lines[:3] + lines[4:], ":4: the line is damaged: expected event number 3, found 4"),
    "swapped lines": (swapped, ":2: the line is damaged: expected event number 1, found 2"),
    "a changed text": (edited, ":13: the digest does not match"),
    "an unknown field": (
        with_line(2, b'{"n":1,"task":"P0","kind":"x","pid":7}'),
        ":2: the line is damaged: no field 'pid'",
    ),
    "a wrong type": (with_line(2, b'{"n":1,"task":0,"kind":"x"}'), ":2: the line is damaged: task, kind, call"),
    "a number that is true": (
        with_line(2, b'{"n":true,"task":"","kind":""}'),
        ":2: the line is damaged: expected event",
    ),
    "a fraction": (
        with_line(2, b'{"n":1,"task":"","kind":"","result":1.5}'),
        ":2: the line is damaged: 1.5 is no whole",
    ),
    "a list of events": (with_line(2, b"[]"), ":2: the line is damaged: the line is no JSON object"),
    "arguments in a list": (with_line(2, b'{"n":1,"task":"","kind":"","args":[1]}'), ":2: the line is damaged: args"),
    "payload that is a number": (
        with_line(2, b'{"n":1,"task":"","kind":"","data":7}'),
        ":2: the line is damaged: bytes",
    ),
    "broken base64": (
        with_line(2, b'{"n":1,"task":"","kind":"","data":{"base64":"A"}}'),
        ":2: the line is damaged: bytes in base64",
    ),
    "a source among the events": (
        with_line(2, b'{"n":1,"task":"","kind":"","source":[["a.c",1]]}'),
        ":2: the line is damaged: no field 'source'",
    ),
    "a source that is none": (
        with_places(b'[{"source":[["a.c","1"]],"function":"","events":[1]}]'),
        ":13: the line is damaged: a source must be",
    ),
    "a place for an event that is none": (
        with_places(b'[{"source":[["a.c",1]],"function":"","events":[12]}]'),
        ":13: the line is damaged: a place is given for event 12, which",
    ),
    "two places for an event": (
        with_places(b'[{"source":[["a.c",1]],"function":"","events":[2,2]}]'),
        ":13: the line is damaged: a place is given for event 2, which",
    ),
    "a place without its function": (
        with_places(b'[{"source":[["a.c",1]],"events":[2]}]'),
        ":13: the line is damaged: a place must have",
    ),
    "places that are no list": (with_places(b"{}"), ":13: the line is damaged: places must be a list"),
    "an end that counts wrong, after places": (
        lambda lines: [
            *lines[:-1],
            b'{"kind":"places","places":[]}\n',
            lines[-1].replace(b'"events":11', b'"events":10'),
        ],
        ":14: the end line counts 10 events, the file holds 11",
    ),
    "an end without outcome": (
        lambda lines: [*lines[:-1], lines[-1].replace(b'"outcome":"exited",', b"")],
        ":13: the line is damaged: End: the field 'outcome' is missing",
    ),
    "an end that counts wrong": (
        lambda lines: [*lines[:-1], lines[-1].replace(b'"events":11', b'"events":10')],
        ":13: the end line counts 10 events, the file holds 11",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_refused_with_its_line_and_the_way_out(path: Path, name: str) -> None:
    """No damage is guessed away, and every refusal names file, line, fault and next action."""
    damage, expected = DAMAGE[name]
    path.write_bytes(b"".join(damage(lines_of(path))))

    with pytest.raises(EvidenceInvalid) as refused:
        load(path)

    assert f"{path}{expected}" in str(refused.value)
    assert "grader" in refused.value.action
    assert refused.value.status == 2


def test_damage_deep_in_a_long_file_is_found_on_its_line(path: Path) -> None:
    """Lines are parsed in blocks, but a fault is named by its own line."""
    written(path, tuple(Event(n, "P0", "call", "close", {"fd": 3}, 0) for n in range(1, 2001)))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:1500], b'{"n":\n', *lines[1501:]]))

    with pytest.raises(EvidenceInvalid, match=r"evidence\.jsonl:1501: the line is damaged"):
        load(path)


def test_a_file_that_is_not_there_is_refused(path: Path) -> None:
    """The fault is the system's own word."""
    with pytest.raises(EvidenceInvalid, match="cannot be read: No such file or directory"):
        load(path)


def test_evidence_shows_itself_in_one_short_line(path: Path) -> None:
    """A failed assertion prints the run, not its thousands of events."""
    stored: Evidence = talk().stored(path)

    assert repr(stored) == "<Evidence ./program: exited 0, 11 events>"


def test_a_file_that_begins_with_lines_made_before_is_the_same_file(path: Path) -> None:
    """A run that begins from an opening is written as any other, digest included."""
    events = talk().events
    end = written(path, events)
    whole = path.read_bytes()
    with EvidenceWriter(path, HEADER) as writer:
        writer.go_on(block_of(events[:3]), 3)
        for event in events[3:]:
            writer.add(event)
        again = writer.finish(End("exited", 0))

    assert path.read_bytes() == whole
    assert again == end


def test_lines_made_before_come_first(path: Path) -> None:
    """They are the beginning; after another event they would stand in the wrong place."""
    events = talk().events
    with EvidenceWriter(path, HEADER) as writer:
        writer.add(events[0])
        with pytest.raises(ValueError, match="1 events are written"):
            writer.go_on(block_of(events[:1]), 1)


def test_files_that_begin_alike_are_each_read_as_they_are(tmp_path: Path) -> None:
    """What is known of the last file is used for equal lines only: shorter, longer and different files come back exactly."""
    events = tuple(talk().events)
    other = (*events[:4], replace(events[4], time=5), *events[5:])
    placed = (*events[:2], replace(events[2], source=(Source("a.c", 7),), function="main"), *events[3:])
    stories = [
        events,
        events[:4],
        other,
        placed,
        events,
        (*events, replace(events[-1], n=len(events) + 1)),
        placed,
        other,
    ]
    for number, story in enumerate(stories):
        written(tmp_path / f"{number}.jsonl", story)

    assert [load(tmp_path / f"{number}.jsonl").events for number in range(len(stories))] == stories


def test_a_damaged_line_is_found_though_the_file_begins_like_the_last(tmp_path: Path) -> None:
    """The digest and each line are checked as before."""
    events = talk().events
    for name in ("one", "two"):
        written(tmp_path / name, events)
    load(tmp_path / "one")
    lines = (tmp_path / "two").read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"n":4', b'"n":9')
    (tmp_path / "two").write_bytes(b"".join(lines))

    with pytest.raises(EvidenceInvalid, match=r"two:5: .*expected event number 4, found 9"):
        load(tmp_path / "two")
