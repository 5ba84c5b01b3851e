# make verify: every claim on the photograph, then the ledger and the figures (the main job)
# make test:   the test suite
# Both set up their own .venv first; PYTHON chooses the interpreter (3.11 or later).
PYTHON ?= python3
BIN := .venv/bin

.PHONY: verify test clean

verify: .venv/installed
	$(BIN)/python -m sims verify $(ARGS)

test: .venv/installed-test
	$(BIN)/python -m pytest $(ARGS)

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

.venv/installed-test: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@ .venv/installed

clean:
	rm -rf .venv build *.egg-info .pytest_cache .hypothesis
