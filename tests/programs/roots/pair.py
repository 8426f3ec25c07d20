"""A server on the FIFO ./req, and clients that write to it."""

import os
import sys

role = sys.argv[1]
if role == "server":
    os.mkfifo("req")
    with open("req") as request:
        print("got", request.read(), flush=True)
    os.unlink("req")
else:
    print(role, "has", sys.stdin.read(), flush=True)
    with open("req", "w") as request:
        request.write(role)
