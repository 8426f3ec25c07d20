"""A file object owns the descriptor; it is closed by hand as well, and the error is hidden."""

import os

read, write = os.pipe()
with os.fdopen(write, "w") as out:
    out.write("hello\n")
try:
    os.close(write)
except OSError:
    pass
print(os.read(read, 100))
os.close(read)
