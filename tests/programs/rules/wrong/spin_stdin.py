"""Reads lines for ever, and takes the end of its input for an empty line."""

import sys

while True:
    line = sys.stdin.readline()
    if line.strip() == "quit":
        break
