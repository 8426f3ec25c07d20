"""Popen.wait(timeout=…) in a loop: the library sleeps between its questions."""

import subprocess

child = subprocess.Popen(["sleep", "3"])
while True:
    try:
        child.wait(timeout=0.5)
        break
    except subprocess.TimeoutExpired:
        print("still there", flush=True)
