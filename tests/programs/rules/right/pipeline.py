"""Two programs connected by subprocess; the first dies of SIGPIPE, as it is asked to."""

import subprocess

yes = subprocess.Popen(["yes"], stdout=subprocess.PIPE)
head = subprocess.run(["head", "-1"], stdin=yes.stdout, capture_output=True, check=True)
yes.stdout.close()
yes.wait()
print(head.stdout)
