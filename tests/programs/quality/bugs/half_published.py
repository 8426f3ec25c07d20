"""A writer replaces a file in place while a reader looks at it."""

import os
import sys

OLD, NEW = b"old-old", b"new-new"


def publish(data: bytes) -> None:
    fd = os.open("state", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.write(fd, data)
    os.close(fd)


publish(OLD)
child = os.fork()
if child == 0:
    fd = os.open("state", os.O_RDONLY)
    os._exit(os.read(fd, 100) not in (OLD, NEW))
publish(NEW)
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
