"""Prints slowly, so that a person can follow."""

import os
import time

child = os.fork()
for step in ("fill the kettle", "boil the water", "pour"):
    if child == 0:
        time.sleep(0.3)
    else:
        print(step, flush=True)
        time.sleep(1)
if child == 0:
    os._exit(0)
os.waitpid(child, 0)
