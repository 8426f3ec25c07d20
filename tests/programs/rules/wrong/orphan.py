"""The program ends before its child does."""

import os
import time

if os.fork() == 0:
    time.sleep(1)
    os.write(1, b"late\n")
    os._exit(0)
os._exit(0)
