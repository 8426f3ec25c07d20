"""Asks a queue again and again whether something is in it."""

import multiprocessing
import time


def produce(queue):
    time.sleep(1)
    queue.put("hello")


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    queue = multiprocessing.Queue()
    producer = multiprocessing.Process(target=produce, args=(queue,))
    producer.start()
    while queue.empty():
        pass
    print(queue.get())
    producer.join()
