"""time.sleep and the clocks agree."""
import time

begun, walled = time.monotonic(), time.time()
time.sleep(30)
print(round(time.monotonic() - begun), round(time.time() - walled))
