"""A code object whose file name and line table are made to lie anywhere while it runs."""

import ctypes
import os


def say(text):
    os.write(1, text)  # nowhere: write on stdout with count=1 # at: write on stdout with count=4


def point(code, offset, address):
    word = ctypes.c_uint64.from_address(id(code) + offset)
    word.value, before = address, word.value
    return before


FILE, LINES = 112, 136  # of a code object, in 3.11 to 3.13
for offset in (FILE, LINES):
    for address in (8, 2**64 - 8, id(say), id(os), id(say.__code__)):
        say(b"good")
        before = point(say.__code__, offset, address)
        say(b"x")
        point(say.__code__, offset, before)
