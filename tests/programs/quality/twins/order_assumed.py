"""The child waits for the parent's word that the file is written."""

import os
import sys

fd = os.open("settings", os.O_RDWR | os.O_CREAT | os.O_TRUNC)
reader, writer = os.pipe()
child = os.fork()
if child == 0:
    os.close(writer)
    os.read(reader, 1)
    os._exit(os.pread(fd, 9, 0) != b"mode=fast")
os.close(reader)
os.pwrite(fd, b"mode=fast", 0)
os.write(writer, b".")
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
