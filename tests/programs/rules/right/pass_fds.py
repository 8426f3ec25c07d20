"""A descriptor is passed to another program on purpose, though that program does not come to use it."""

import os
import subprocess

read, write = os.pipe()
subprocess.run(["sh", "-c", f"echo hello >&{write}"], pass_fds=[write], check=True)
subprocess.run(["true"], pass_fds=[write], check=True)
os.close(write)
print(os.read(read, 100))
os.close(read)
