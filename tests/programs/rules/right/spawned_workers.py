"""The start method spawn: fresh interpreters, a resource tracker, a Manager-free exchange through a Pipe."""

import multiprocessing


def work(end):
    end.send(end.recv() * 2)
    end.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    worker = context.Process(target=work, args=(there,))
    worker.start()
    there.close()
    here.send(21)
    print(here.recv())
    worker.join()
