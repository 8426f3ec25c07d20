"""A module beside the program."""

import os


def help_out():
    os.pidfd_open(os.getpid())  # at: pidfd_open
