"""The main thread waits for an event with a limit: first in vain, then it comes."""
import threading
import time

event = threading.Event()
begun = time.monotonic()
late = event.wait(2.5)
waited = time.monotonic() - begun
threading.Timer(1.0, event.set).start()
came = event.wait(10)
print(late, round(waited, 1), came, round(time.monotonic() - begun, 1))
