"""Three clerks each lock their own account and then the next one's: together a ring."""

import fcntl
import os
import sys

CLERKS = 3


def transfer(own: int, other: int) -> None:
    accounts = [os.open(f"account{number}", os.O_RDWR) for number in (own, other)]
    for account in accounts:
        fcntl.flock(account, fcntl.LOCK_EX)
    os.write(accounts[0], b"-")
    os.write(accounts[1], b"+")
    os._exit(0)


for clerk in range(CLERKS):
    os.close(os.open(f"account{clerk}", os.O_WRONLY | os.O_CREAT))
for clerk in range(CLERKS):
    if os.fork() == 0:
        transfer(clerk, (clerk + 1) % CLERKS)
sys.exit(max(os.wait()[1] for _ in range(CLERKS)) != 0)
