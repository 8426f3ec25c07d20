"""Wrong: the word goes through a FIFO that stays where it is."""

import os

os.mkfifo("line")
child = os.fork()
if child == 0:
    with open("line", "wb") as to:
        to.write(b"hello")
    os._exit(0)
with open("line", "rb") as source:
    word = source.read()
os.waitpid(child, 0)
print(word.decode())
