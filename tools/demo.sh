#!/usr/bin/env bash
# Grades one right and one wrong submission of the first exercise, so that a newcomer sees what this is.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly EXERCISE=pipe-one-way
readonly RIGHT=reference/$EXERCISE/solution.c.j2 WRONG=reference/$EXERCISE/wrong/c/keeps_write_end.c.j2

# Grades one submission; the exit status must be the expected one, so that the demo is itself a test.
grade() {
    local expected=$1 submission=$2 status=0
    printf '\n$ grader check %s --exercise %s\n' "$submission" "$EXERCISE"
    .venv/bin/grader check "$submission" --exercise "$EXERCISE" || status=$?
    [ "$status" = "$expected" ] || { echo "demo: expected exit status $expected, got $status" >&2; exit 1; }
}

grade 0 "$RIGHT"
grade 1 "$WRONG"
