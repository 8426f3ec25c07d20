"""subprocess: one output captured, input given, a status asked for, a program that is not there."""
import subprocess
import sys

print(subprocess.check_output(["echo", "hello"], text=True), end="")
child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
child.stdin.write(b"given\n")
child.stdin.close()
print(child.wait(), subprocess.call(["sh", "-c", "exit 7"]))
try:
    subprocess.call(["/nowhere"])
except FileNotFoundError as absent:
    print(absent.errno)
