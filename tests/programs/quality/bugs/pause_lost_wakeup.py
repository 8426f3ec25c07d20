# Source: APUE 10.10/10.16 and TLPI 20.14 + 22.9 (the race between testing a flag and pause(); the reason for sigsuspend).
# BUG: the flag is tested, then the parent logs and calls pause(); a signal between test and pause() is spent already.
# Order: the parent tests the flag (not set) and writes its log line; the child writes the result and sends SIGUSR1;
# the handler runs; then the parent calls pause(): no other signal comes, it waits for ever.
import os
import signal
import sys

told = False


def on_usr1(number, frame):
    global told
    told = True


def worker():
    with open("result", "w") as file:
        file.write("42")
    os.kill(os.getppid(), signal.SIGUSR1)
    os._exit(0)


def main():
    signal.signal(signal.SIGUSR1, on_usr1)
    log = os.open("log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    child = os.fork()
    if child == 0:
        worker()
    while not told:
        os.write(log, b"waiting for the worker\n")
        signal.pause()
    with open("result") as file:
        result = file.read()
    _, status = os.waitpid(child, 0)
    os.close(log)
    os.unlink("log")
    os.unlink("result")
    return int(status != 0 or result != "42")


sys.exit(main())
