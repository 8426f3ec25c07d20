"""Reads its input to the end."""

import os

pieces = []
while piece := os.read(0, 64):
    pieces.append(piece)
print("got", b"".join(pieces).decode(), flush=True)
