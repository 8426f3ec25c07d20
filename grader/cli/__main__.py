"""In: `python -m grader.cli`; out: the same as the command `grader`."""

import sys

from grader.cli.main import main

sys.exit(main())
