"""Standard output is saved with dup for each redirection, and the copies are never closed."""

import os

for number in range(12):
    saved = os.dup(1)
    other = os.open("report", os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    os.dup2(other, 1)
    os.close(other)
    os.write(1, b"line\n")
    os.dup2(saved, 1)
