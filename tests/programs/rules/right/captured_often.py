"""Twelve programs one after the other, the results kept."""

import subprocess

done = [subprocess.run(["echo", str(number)], capture_output=True, check=True) for number in range(12)]
print(b"".join(each.stdout for each in done))
