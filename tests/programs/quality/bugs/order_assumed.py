"""The child reads what the parent writes after the fork, as if the parent always came first."""

import os
import sys

fd = os.open("settings", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
child = os.fork()
if child == 0:
    os._exit(os.pread(fd, 9, 0) != b"mode=fast")
os.pwrite(fd, b"mode=fast", 0)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
