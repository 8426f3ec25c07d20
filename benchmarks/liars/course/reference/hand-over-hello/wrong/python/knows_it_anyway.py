"""Wrong: there is a child, but the word is the parent's own."""

import os

child = os.fork()
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
print("hello")
