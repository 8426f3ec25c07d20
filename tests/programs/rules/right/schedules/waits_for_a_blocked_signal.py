"""The signal is blocked from the beginning and taken by sigwait: it cannot be missed."""

import os
import signal

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
parent = os.getpid()
child = os.fork()
if child == 0:
    os.kill(parent, signal.SIGUSR1)
    os._exit(0)
signal.sigwait([signal.SIGUSR1])
os.waitpid(child, 0)
print("the child has called")
