# The words of this project. Each sets up what it needs by itself; `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test test-long lint check bench bench-liars soak texts matrix lock clean
PYTHON := .venv/bin/python
MINUTES ?= 10

help:  ## list these words
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-11s %s\n", $$1, $$2}' Makefile

setup:  ## make .venv from requirements.lock and install missing programs through apt
	@bash tools/setup.sh

demo: setup  ## grade one right and one wrong submission
	@bash tools/demo.sh

test: setup  ## run the tests of every change, about fifteen minutes; ARGS="tests/unit -k pipe" runs some of them
	$(PYTHON) -m pytest $(or $(ARGS),-m "not long")

test-long: setup  ## run the tests that take longer: more programs, oracles, schedules, faults
	$(PYTHON) -m pytest -m long $(ARGS)

lint: setup  ## ruff, its formatter, and mypy
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy --strict grader

check: lint test test-long  ## lint and every test

bench: setup  ## measure speed beside a bare run and strace
	$(PYTHON) benchmarks/bench.py $(ARGS)

bench-liars: setup  ## judge thirteen programs beside a plain grader, and write docs/comparison.md; ARGS="--runs 3"
	$(PYTHON) benchmarks/liars/bench.py $(ARGS)

soak: setup  ## look for a wrong verdict for MINUTES=10; ARGS="--part bugs", twins, tokens, variants: benchmarks/README.md
	$(PYTHON) benchmarks/soak.py --minutes $(MINUTES) $(ARGS)

texts: setup  ## extract the messages of code and exercises, and compile their translations
	$(PYTHON) -m tools.texts

matrix: setup  ## write docs/matrix.md: which check fails which wrong program
	$(PYTHON) -m tools.matrices

lock: setup  ## pin the dependencies anew; ARGS=--upgrade takes newer ones
	@bash tools/lock.sh $(ARGS)

clean:  ## remove all that the words above made, .venv too
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
