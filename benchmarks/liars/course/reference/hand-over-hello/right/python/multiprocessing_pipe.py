"""Right: the library makes pipe and process; an object goes through, and join asks how the process ended."""

from multiprocessing import Pipe, get_context


def tell(to, other):
    other.close()
    to.send_bytes(b"hello")
    to.close()


if __name__ == "__main__":
    source, to = Pipe(duplex=False)
    child = get_context("fork").Process(target=tell, args=(to, source))
    child.start()
    to.close()
    print(source.recv_bytes().decode())
    child.join()
