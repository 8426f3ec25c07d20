# Source: TLPI 26.3.1 "Establishing a handler for SIGCHLD", UNP 5.10 (figure 5.11), signal(7): standard signals do not
# queue, two SIGCHLD may become one.
# BUG: one wait for each SIGCHLD.
# Order: the parent is preempted (before or after a sigwait) while two children end: one signal for two; the parent
# reaps one of them and waits for a signal that never comes.
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
            stage(number, pipes[number][0], pipes[number + 1][1])
    os.write(pipes[0][1], b"t")
    bad = 0
    for _ in range(COUNT):
        signal.sigwait({signal.SIGCHLD})
        _, status = os.waitpid(-1, 0)
        bad |= status
    with open("parts") as file:
        parts = file.read()
    os.unlink("parts")
    return int(bad != 0 or parts != "012")


sys.exit(main())
