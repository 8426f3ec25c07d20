"""Workers take jobs from a pipe; who takes which is nobody's business."""

import os

source, sink = os.pipe()
os.write(sink, bytes(range(6)))
os.close(sink)
workers = []
for number in range(2):
    worker = os.fork()
    if worker == 0:
        while job := os.read(source, 1):
            os.write(1, f"worker {number}: job {job[0]}\n".encode())
        os._exit(0)
    workers.append(worker)
os.close(source)
for worker in workers:
    os.waitpid(worker, 0)
