"""The stage is set before the child exists; the sleep is for its pace only."""

import os
import sys
import time

os.mkdir("stage")
child = os.fork()
if child == 0:
    time.sleep(0.5)
    os._exit(not os.path.exists("stage"))
_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status))
