# make verify:   every claim on the photograph, then the ledger and the figures, then what of it is not as committed
# make test:     the test suite, on up to four cores
# make test-all: the slow tests too, and fresh examples of every property; tests/all.log keeps how it went
# make mutants:  break the code in one place at a time, and see the tests notice; WORDS chooses, e.g. WORDS=images
# make calibrate: every claim's small run under 40 seeds: how often intervals miss their law; ARGS, e.g. ARGS="--seeds 9"
# make photographs: statements on the photographs that ship with packages; ARGS="--folder DIR" takes some of others, too
# make bench:    speed against PyTorch with Captum and against JAX; TORCH names the build, e.g. TORCH=torch==2.13.0
# make docs:     the site, docs/_build/index.html: laws and proofs, ledger, API; every link in it is checked
# Each sets up its own .venv first; PYTHON chooses the interpreter (3.11 or later).
PYTHON ?= python3
TORCH ?= torch
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

.PHONY: verify test test-all mutants calibrate photographs bench docs clean

verify: .venv/installed
	@$(BIN)/python -m sims verify --out . $(ARGS); status=$$?; compared=0; \
	test $$status -le 1 || exit $$status; \
	if git cat-file -e HEAD:./results 2>/dev/null; \
	then $(BIN)/python -m sims compare --brief HEAD . || compared=$$?; \
	else echo "not compared: no results are committed here"; fi; \
	exit $$((status > compared ? status : compared))

test: .venv/installed-test
	$(PYTEST) $(ARGS)

test-all: .venv/installed-test
	$(PYTEST) -m "slow or not slow" --hypothesis-profile search --log-summary tests/all.log $(ARGS)

mutants: .venv/installed-test
	cd tests && ../$(BIN)/python -m support.mutants $(WORDS)

calibrate photographs: .venv/installed-test
	cd tests && PYTHONPATH=.. ../$(BIN)/python -m support.$@ $(ARGS)

bench: .venv/installed-bench
	$(BIN)/python -m benchmarks $(ARGS)

docs: .venv/installed-docs
	$(BIN)/python -m sphinx --quiet --fail-on-warning --keep-going --nitpicky docs docs/_build $(ARGS)
	$(BIN)/python -m docs.check docs/_build

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[trained]"
	touch $@

.venv/installed-test: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@ .venv/installed

.venv/installed-bench: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check $(TORCH)
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[bench]"
	touch $@

.venv/installed-docs: setup.cfg pyproject.toml | .venv/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e ".[docs]"
	touch $@ .venv/installed

clean:
	rm -rf .venv build docs/_build *.egg-info .pytest_cache .hypothesis
