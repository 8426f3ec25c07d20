"""Every test begins as in a terminal, also where whoever started it ignores Ctrl-C (a job in the background of a script)."""

from __future__ import annotations

import signal

for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:  # inherited through exec(2), by every command under test too
        signal.signal(number, signal.default_int_handler if number is signal.SIGINT else signal.SIG_DFL)
