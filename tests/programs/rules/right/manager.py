"""A Manager, a shared dictionary, a Barrier and an Event."""

import multiprocessing


def work(number, table, barrier, event):
    table[number] = number * number
    barrier.wait()
    event.wait()


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    with context.Manager() as manager:
        table, barrier, event = manager.dict(), context.Barrier(3), context.Event()
        workers = [context.Process(target=work, args=(n, table, barrier, event)) for n in range(2)]
        for worker in workers:
            worker.start()
        barrier.wait()
        event.set()
        for worker in workers:
            worker.join()
        print(sorted(table.items()))
