# make verify: every claim on the photograph, then the ledger and the figures (the main job)
# make test:   the test suite, on up to four cores
# make bench:  speed against PyTorch with Captum and against JAX; TORCH names the build, e.g. TORCH=torch==2.13.0
# Both set up their own .venv first; PYTHON chooses the interpreter (3.11 or later).
PYTHON ?= python3
TORCH ?= torch
BIN := .venv/bin

.PHONY: verify test bench clean

verify: .venv/installed
	$(BIN)/python -m sims verify $(ARGS)

test: .venv/installed-test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks $(ARGS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-test: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@ .venv/installed

.venv/installed-bench: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[bench]"
	touch $@

clean:
	rm -rf .venv build *.egg-info .pytest_cache .hypothesis
