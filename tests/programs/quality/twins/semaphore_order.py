"""The consumer waits for an item first, and takes the mutex when there is one."""

import multiprocessing
import os
import sys

mutex, items = multiprocessing.Semaphore(1), multiprocessing.Semaphore(0)
store = os.open("store", os.O_RDWR | os.O_CREAT)


def produce() -> None:
    with mutex:
        os.pwrite(store, b"item", 0)
    items.release()
    os._exit(0)


def consume() -> None:
    items.acquire()
    with mutex:
        item = os.pread(store, 4, 0)
    os._exit(item != b"item")


for role in (produce, consume):
    if os.fork() == 0:
        role()
sys.exit(max(os.wait()[1] for _ in range(2)) != 0)
