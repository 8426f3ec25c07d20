"""In: a command and limits; out: a started, contained, stopped process tree and its rung."""
