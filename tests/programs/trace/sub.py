"""subprocess: output captured, a limit that expires, a child that is killed for it."""
import subprocess
import sys

print(subprocess.run(["echo", "hello"], capture_output=True, text=True).stdout, end="")
try:
    subprocess.run(["sleep", "100"], timeout=3)
except subprocess.TimeoutExpired as late:
    print("late", late.timeout)
