"""Reads its input with one os.read: of input that comes in pieces it has only the first."""

import os

print("got", os.read(0, 64).decode(), flush=True)
