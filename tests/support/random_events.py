"""In: nothing; out: hypothesis strategies for any event, plan and end that the model's types allow."""

from __future__ import annotations

from hypothesis import strategies as st

from grader.model import Arg, End, Event, Header, Limits, Plan, Residue, Source, Stimulus, When

ESCAPED_BYTES = st.characters(min_codepoint=0xDC80, max_codepoint=0xDCFF, categories=["Cs"])
TEXTS = st.text(st.one_of(st.characters(exclude_categories=["Cs"]), ESCAPED_BYTES), max_size=12)
"""Characters, and bytes that are no text as os.fsdecode gives them."""

WORDS = st.text(st.characters(min_codepoint=0x61, max_codepoint=0x7A), min_size=1, max_size=8)
NUMBERS = st.integers(-(2**63), 2**64)
ARGUMENTS: st.SearchStrategy[Arg] = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3).map(tuple), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=8,
)
SOURCES = st.lists(st.builds(Source, TEXTS, st.integers(1, 10**6)), max_size=2).map(tuple)
KINDS = ["start", "call", "block", "signal", "begin", "exit", "stopped", "stimulus", "limit", "deadlock", "left"]
EVENTS = st.builds(
    Event,
    n=st.just(1),
    task=TEXTS,
    kind=st.sampled_from(KINDS),
    call=TEXTS,
    args=st.dictionaries(TEXTS, ARGUMENTS, max_size=4),
    result=st.none() | NUMBERS,
    error=TEXTS,
    data=st.none() | st.binary(max_size=40) | st.just(b"plain text\n"),
    time=st.integers(0, 2**63),
    source=SOURCES,
    function=TEXTS,
)
PLANS = st.builds(
    Plan,
    name=TEXTS,
    argv=st.lists(TEXTS, max_size=3).map(tuple),
    stdin=st.binary(max_size=40),
    stdin_open=st.booleans(),
    stimuli=st.lists(
        st.builds(
            Stimulus,
            when=st.builds(
                When, state=st.sampled_from(["blocked", "exited", "quiet"]), process=WORDS, call=TEXTS, printed=TEXTS
            ),
            action=st.sampled_from(["signal", "write", "close"]),
            signal=WORDS,
            process=WORDS,
            data=st.binary(max_size=9),
        ),
        max_size=2,
    ).map(tuple),
    limits=st.builds(Limits, events=st.integers(0, 10**9), cpu=st.floats(0, 1e9)),
    schedule=WORDS,
)
HEADERS = st.builds(
    Header,
    program=st.lists(TEXTS, max_size=3).map(tuple),
    language=WORDS,
    plan=PLANS,
    rung=WORDS,
    sha256=WORDS,
)
ENDS = st.builds(
    End,
    outcome=st.sampled_from(["exited", "signalled", "deadlock", "blocked", "limit"]),
    status=st.none() | st.integers(0, 255),
    signal=WORDS,
    limit=WORDS,
    complete=st.booleans(),
    lost=st.lists(TEXTS, max_size=2).map(tuple),
    steady=st.booleans(),
    schedule=WORDS,
    stdout=st.binary(max_size=40),
    stderr=st.binary(max_size=40),
    residue=st.lists(st.builds(Residue, WORDS, TEXTS), max_size=2).map(tuple),
)
