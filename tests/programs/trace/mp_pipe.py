"""A forked child answers over a pipe; both ends are closed, and the child is joined."""
import multiprocessing


def answer(end) -> None:
    while (number := end.recv()) is not None:
        end.send(number * number)


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe()
    child = context.Process(target=answer, args=(its,))
    child.start()
    its.close()
    for number in range(3):
        mine.send(number)
        print(mine.recv())
    mine.send(None)
    child.join()
    print(child.exitcode)
