"""A forked producer feeds a queue (with its feeder thread) until None."""
import multiprocessing


def produce(queue) -> None:
    for number in range(5):
        queue.put(number)
    queue.put(None)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=produce, args=(queue,))
    child.start()
    print(list(iter(queue.get, None)))
    child.join()
