"""In: the file of a Python interpreter; out: `Layout`: where, in the memory of a process that runs it, frames and lines are.

3.13 publishes these offsets in its own file (`_Py_DebugOffsets`, at the start of `_PyRuntime`). Of 3.11 and 3.12 they follow
from the interpreter's headers (Include/internal) and hold for every release of that minor version on x86-64. For any other
version there is no layout: no line is better than a wrong one.
"""

from __future__ import annotations

import struct
from dataclasses import replace

from grader.frozen import dataclass
from grader.trace.sites.elf import Elf

FINAL = 0xF
SUPPORTED = ((3, 11), (3, 12), (3, 13))
_COOKIE = b"xdebugpy"
_OFFSETS = struct.Struct("<8s72Q")


@dataclass(frozen=True, slots=True)
class Layout:
    """Offsets in bytes, each named by its structure and field. `runtime` is the address, as linked, of `_PyRuntime`.

    `thread_frame` leads to the innermost frame; until 3.12 by way of a structure in which it stands at `cframe_frame`.
    `shim` is the owner of frames that are no Python code (−1: there are none).
    """

    runtime: int
    interpreters: int
    interpreter_next: int
    threads: int
    thread_next: int
    thread_id: int
    thread_frame: int
    cframe_frame: int | None
    frame_code: int
    frame_previous: int
    frame_instruction: int
    frame_owner: int
    shim: int
    code_first_line: int
    code_file: int
    code_lines: int
    code_bytes: int
    text_ascii: int
    text_other: int


_3_11 = Layout(
    runtime=0, interpreters=40, interpreter_next=0, threads=16, thread_next=8, thread_id=152, thread_frame=56, cframe_frame=8,
    frame_code=32, frame_previous=48, frame_instruction=56, frame_owner=69, shim=-1,
    code_first_line=72, code_file=112, code_lines=136, code_bytes=184, text_ascii=48, text_other=72,
)  # fmt: skip
_3_12 = Layout(
    runtime=0, interpreters=40, interpreter_next=0, threads=72, thread_next=8, thread_id=136, thread_frame=56, cframe_frame=0,
    frame_code=0, frame_previous=8, frame_instruction=56, frame_owner=70, shim=3,
    code_first_line=68, code_file=112, code_lines=136, code_bytes=192, text_ascii=40, text_other=56,
)  # fmt: skip
_FIXED = {(3, 11): _3_11, (3, 12): _3_12}


def layout_of(elf: Elf) -> Layout | None:
    """The layout of the interpreter in this file; None: it holds none, or one that is not known. Raises ValueError."""
    found = {name: address for name, address, _, _ in elf.symbols() if name in ("_PyRuntime", "Py_Version")}
    if len(found) < 2:
        return None
    (version,) = struct.unpack("<Q", elf.memory(found["Py_Version"], 8))
    if version >> 4 & 0xF != FINAL:
        return None
    minor = (version >> 24, version >> 16 & 0xFF)
    runtime = found["_PyRuntime"]
    if minor in _FIXED:
        return replace(_FIXED[minor], runtime=runtime)
    return _published(elf.memory(runtime, _OFFSETS.size), version, runtime) if minor == (3, 13) else None


def _published(raw: bytes, version: int, runtime: int) -> Layout | None:
    """What 3.13 says of itself; None where it says something else than expected, or has threads without a global lock."""
    if len(raw) < _OFFSETS.size:
        return None
    cookie, told, threaded, *at = _OFFSETS.unpack(raw)
    if cookie != _COOKIE or told != version or threaded:
        return None
    # The fields in their order: runtime_state 0-2, interpreter_state 3-15, thread_state 16-24, interpreter_frame 25-30,
    # code_object 31-40; each structure begins with its size. The texts' stand at the end, before the two of the collector.
    ascii_size = at[67]
    return Layout(
        runtime=runtime, interpreters=at[2], interpreter_next=at[5], threads=at[6],
        thread_next=at[18], thread_id=at[21], thread_frame=at[20], cframe_frame=None,
        frame_code=at[27], frame_previous=at[26], frame_instruction=at[28], frame_owner=at[30], shim=3,
        code_first_line=at[36], code_file=at[32], code_lines=at[35], code_bytes=at[40],
        text_ascii=ascii_size, text_other=ascii_size + 16,
    )  # fmt: skip
