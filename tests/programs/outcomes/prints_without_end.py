import sys

for _ in range(16384):
    sys.stdout.write("x" * 65535 + "\n")
