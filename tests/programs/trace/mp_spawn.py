"""One spawned child that sends its answer through a pipe."""
import multiprocessing


def work(end) -> None:
    end.send("answer")
    end.close()


if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    mine, its = context.Pipe()
    child = context.Process(target=work, args=(its,))
    child.start()
    print(mine.recv())
    child.join()
