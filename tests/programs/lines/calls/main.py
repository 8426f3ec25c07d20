"""Calls made by the program itself, and through the standard library."""

import os
import subprocess
import sys
import threading
from multiprocessing import get_context

import beside


def say(fd):
    os.write(fd, b"x")  # at: write on pipe A


def logged(function):
    def wrapper(*args):
        return function(*args)

    return wrapper


@logged
def decorated():
    os.close(os.eventfd(0))  # at: eventfd2


def generated(fd):
    yield os.write(fd, b"12")  # at: write on pipe B with count=2
    yield os.write(fd, b"123")  # at: write on pipe B with count=3


def read_end(fd):
    os.read(fd, 100)  # at: read on pipe B


if __name__ == "__main__":
    first, second = (os.pipe(), os.pipe2(0))  # at: pipe2 on pipe A # at: pipe2 on pipe B
    say(first[1])
    print("hello", flush=True)  # at: write on stdout with count=6
    with open("/tmp/kept", "w") as kept:  # at: openat on file /tmp/kept # at: write on file /tmp/kept
        kept.write("some")
    subprocess.run(["/bin/true"], check=True)  # at: execve by P1
    decorated()
    list(generated(second[1]))
    [os.write(second[1], b"1234") for _ in range(2)]  # at: write on pipe B with count=4
    (lambda: os.write(second[1], b"12345"))()  # at: write on pipe B with count=5
    exec("os.write(second[1], b'123456')")  # nowhere: write on pipe B with count=6
    thread = threading.Thread(target=read_end, args=(second[0],))
    thread.start()
    thread.join()
    child = get_context("fork").Process(target=say, args=(first[1],))
    child.start()  # at: openat on device /dev/null by P2
    child.join()
    beside.help_out()
    sys.stdout.write("the rest")  # nowhere: write on stdout with count=8
