"""An Event and a Queue, awaited in slices of time."""

import queue
import threading
import time

event, line = threading.Event(), queue.Queue()


def late():
    time.sleep(1)
    line.put("hello")
    event.set()


threading.Thread(target=late).start()
while not event.wait(0.005):
    pass
while True:
    try:
        print(line.get(timeout=0.01))
        break
    except queue.Empty:
        pass
