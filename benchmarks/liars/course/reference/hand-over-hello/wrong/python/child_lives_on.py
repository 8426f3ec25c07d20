"""Wrong: the child goes on for a long time after its parent has ended."""

import os
import time

read_end, write_end = os.pipe()
if os.fork() == 0:
    os.close(read_end)
    os.write(write_end, b"hello")
    os.close(write_end)
    time.sleep(25)
    os._exit(0)
os.close(write_end)
print(os.read(read_end, 5).decode())
