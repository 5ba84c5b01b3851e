"""Imports point one way, and theory/ draws no random number, reads no file, prints nothing."""

import ast

import pytest
from imports import files, imported, parent, reached, tree, used, within

THEORY, SIMS = files("theory"), files("sims")
FORMULAS = ["gaussian", "covariance", "three_layer", "pooling", "bias", "depth", "marginals"]
LAWS = [name for name in (*(f"theory.{law}" for law in FORMULAS), "theory.as_printed") if name in THEORY]
NETWORK = ["theory.layers", "theory.sequential", "theory.residual", "theory.networks"]
SIMULATION = ["sims.ensembles", "sims.streams", "sims.moments", "sims.claims", "sims.run", *NETWORK]
DRAWN = [name for name in SIMS if name == "sims.report" or name.startswith("sims.plots")]
RANDOM = ["random", "secrets", "numpy.random", "jax.random"]
FILES = ".read_text", ".write_text", ".read_bytes", ".write_bytes", ".tofile"
ACTS = ["open", "print", "input", "exec", "eval", "np.load", "np.save", "np.fromfile", "np.loadtxt", "np.genfromtxt"]


def forbidden(names, modules):
    return sorted(name for name in names for module in modules if within(name, module))


def names_imported(module, modules):
    return imported(tree(modules[module]), parent(module, modules[module]))


def test_there_is_something_to_check():
    assert {"theory.gaussian", "theory.three_layer", "theory.as_printed", *NETWORK} <= set(THEORY)


@pytest.mark.parametrize("module", THEORY)
def test_theory_imports_no_simulation_and_no_random_numbers(module):
    assert not forbidden(names_imported(module, THEORY), ["sims", "tests", "matplotlib", "rich", *RANDOM])


@pytest.mark.parametrize("module", THEORY)
def test_theory_draws_reads_and_prints_nothing(module):
    names = used(tree(THEORY[module]))
    assert not [name for name in names if within(name, "np.random") or within(name, "numpy.random")]
    assert not names & set(ACTS)
    assert not [name for name in names if name.endswith(FILES)]


@pytest.mark.parametrize("module", LAWS)
def test_the_laws_never_see_the_network(module):
    assert not reached(module, THEORY) & set(NETWORK)


@pytest.mark.parametrize("module", NETWORK)
def test_the_network_never_sees_the_laws(module):
    assert not reached(module, THEORY) & set(LAWS)


@pytest.mark.parametrize("module", [law for law in LAWS if law != "theory.as_printed"])
def test_the_laws_do_not_use_what_is_printed(module):
    assert "theory.as_printed" not in reached(module, THEORY)


@pytest.mark.parametrize("module", [module for module in THEORY if module != "theory.kernels"])
def test_only_the_kernels_are_compiled(module):
    assert not forbidden(names_imported(module, THEORY), ["numba"])


@pytest.mark.parametrize("module", [name for name in SIMS if name == "sims.registry"])
def test_the_registry_reaches_no_claim(module):
    assert not forbidden(reached(module, {**THEORY, **SIMS}), ["sims.claims"])


@pytest.mark.parametrize("module", DRAWN)
def test_reports_and_plots_reach_no_simulation(module):
    assert not forbidden(reached(module, {**THEORY, **SIMS}), SIMULATION)


@pytest.mark.parametrize(
    "source, found",
    [
        ("import sims", "sims"),
        ("import sims.run as r", "sims.run"),
        ("from sims import run", "sims.run"),
        ("def f():\n    from sims.run import g", "sims.run.g"),
        ("from . import theorem1", "sims.claims.theorem1"),
        ("from .theorem1 import x", "sims.claims.theorem1"),
        ("from ..run import main", "sims.run"),
        ("from .. import run", "sims.run"),
    ],
)
def test_the_reader_of_imports_sees_every_form(source, found):
    assert found in imported(ast.parse(source), package="sims.claims")


@pytest.mark.parametrize(
    "source, found",
    [
        ("x = np.random.default_rng(0)", "np.random.default_rng"),
        ("print(1)", "print"),
        ("with open('f') as f: pass", "open"),
    ],
)
def test_the_reader_of_names_sees_calls(source, found):
    assert found in used(ast.parse(source))


def test_the_simulated_network_is_reached_by_whoever_imports_it():
    assert {"theory.layers", "theory.kernels", "theory.windows"} <= reached("theory.networks", THEORY)
