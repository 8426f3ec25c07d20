"""In: a seccomp filter as bytes, and a call; out: the action that the kernel would take, by running the filter here.

An independent reading of linux/filter.h: only the instructions that the filters use exist.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

X86_64, I386 = 0xC000003E, 0x40000003


def action(program: bytes, number: int, args: Sequence[int] = (), arch: int = X86_64) -> int:
    """Run the filter on one call; raises ValueError for an instruction that is none of ours or a jump out of the code."""
    full = [*args, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("<IIQ6Q", number & 0xFFFFFFFF, arch, 0, *(value & (1 << 64) - 1 for value in full))
    code = list(struct.iter_unpack("<HBBI", program))
    at = accumulator = 0
    while 0 <= at < len(code):
        operation, if_true, if_false, constant = code[at]
        at += 1
        if operation == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, constant)
        elif operation == 0x54:
            accumulator &= constant
        elif operation == 0x05:
            at += constant
        elif operation == 0x15:
            at += if_true if accumulator == constant else if_false
        elif operation == 0x35:
            at += if_true if accumulator >= constant else if_false
        elif operation == 0x06:
            return constant
        else:
            raise ValueError(f"instruction {operation:#x}")
    raise ValueError("the filter ran off its end")
