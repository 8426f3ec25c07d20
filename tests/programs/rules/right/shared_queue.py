"""multiprocessing.Queue between two processes."""

import multiprocessing


def produce(queue):
    for number in range(20):
        queue.put(number)
    queue.put(None)


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    shared = multiprocessing.Queue()
    producer = multiprocessing.Process(target=produce, args=(shared,))
    producer.start()
    print(sum(iter(shared.get, None)))
    producer.join()
