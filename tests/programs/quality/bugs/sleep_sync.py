"""The child sleeps until the parent has surely set the stage."""

import os
import sys
import time

child = os.fork()
if child == 0:
    time.sleep(0.5)
    os._exit(not os.path.exists("stage"))
os.mkdir("stage")
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
