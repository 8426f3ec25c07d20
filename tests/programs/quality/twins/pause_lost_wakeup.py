# Correct twin. Source: APUE 10.16, TLPI 22.10: the signal is blocked before fork and taken with sigwait(),
# so one that comes early stays pending.
import os
import signal
import sys

def worker():
    with open("result", "w") as file:
        file.write("42")
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)


def main():
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    child = os.fork()
    if child == 0:
        worker()
    os.write(log, b"waiting for the worker\n")
    signal.sigwait({signal.SIGUSR1})
    with open("result") as file:
        result = file.read()
    _, status = os.waitpid(child, 0)
    os.close(log)
    os.unlink("log")
    os.unlink("result")
    return int(status != 0 or result != "42")


sys.exit(main())
