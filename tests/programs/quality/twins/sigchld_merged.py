# Correct twin. Source: TLPI 26.3.1, UNP 5.11: after each SIGCHLD reap with WNOHANG until nobody is left to reap.
# A child that ends after the last WNOHANG leaves a pending SIGCHLD, so the next sigwait returns.
import os
import signal
import sys

COUNT = 3


def stage(number, take, give):
    os.read(take, 1)
    file = os.open("parts", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(file, b"%d" % number)
    os.fsync(file)
    os.close(file)
    os.write(give, b"t")
    os._exit(0)


def main():
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    pipes = [os.pipe() for _ in range(COUNT + 1)]
    for number in range(COUNT):
        if os.fork() == 0:
            mine = (pipes[number][0], pipes[number + 1][1])
            for end in (end for pipe in pipes for end in pipe if end not in mine):
                os.close(end)
            stage(number, *mine)
    for end in (end for pipe in pipes for end in pipe if end not in (pipes[0][1], pipes[COUNT][0])):
        os.close(end)
    os.write(pipes[0][1], b"t")
    bad, left = 0, COUNT
    while left:
        signal.sigwait({signal.SIGCHLD})
        while left:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            left -= 1
            bad |= status
    with open("parts") as file:
        parts = file.read()
    os.unlink("parts")
    return int(bad != 0 or parts != "012")


sys.exit(main())
