"""Philosophers who eat one after the other, whoever comes first; each has a name."""

import os

children = []
for name in ("Hypatia", "Kant", "Plato"):
    child = os.fork()
    if child == 0:
        os.write(1, f"{name} thinks\n".encode())
        os.write(1, f"{name} eats\n".encode())
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
print("dinner is over")
