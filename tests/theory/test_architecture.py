"""Imports point one way, and theory/ draws no random number, reads no file, prints nothing.

Every guard reads the folders, fails where it finds nothing to look at, and is shown a planted violation.
"""

import ast

import pytest
from imports import files, imported, used
from rooms import RANDOM, Empty, acts, circles, imports_upwards, inside, meetings, outsiders, room_of, some

MODULES = {**files("theory"), **files("sims")}
COMPILED = ["theory.kernels"]
LAWS = [f"theory.{law}" for law in ("gaussian", "covariance", "three_layer", "pooling", "bias", "depth", "marginals")]
NETWORKS = ["theory.layers", "theory.sequential", "theory.residual", "theory.networks"]
REPORTS = ["sims.report", "sims.plots"]
SIMULATION = ["sims.ensembles", "sims.streams", "sims.moments", "sims.claims", "sims.run"]
MAY_IMPORT = {  # a room: the rooms that it may import
    "theory.kernels": [],
    "theory.windows": [],
    "theory.rules": [],
    "theory.state": [],
    "theory.preconditions": [],
    "theory.patches": ["theory.kernels", "theory.windows"],
    "theory.as_printed": ["theory.patches"],
    "theory.gaussian": ["theory.patches"],
    "theory.layers": ["theory.kernels", "theory.patches", "theory.windows"],
    "theory.sequential": ["theory.rules"],
    "theory.residual": ["theory.layers", "theory.sequential", "theory.state"],
    "theory.networks": ["theory.layers", "theory.sequential", "theory.residual", "theory.state"],
}
MAY_IMPORT |= {
    law: ["theory.kernels", "theory.windows", "theory.rules", "theory.preconditions", "theory.patches", *LAWS[:number]]
    for number, law in enumerate(LAWS)
    if number
}


def test_every_module_of_theory_lies_in_a_room():
    assert [module for module in inside(MODULES, "theory") if room_of(module, MAY_IMPORT) is None] == ["theory"]


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_room_is_empty(room):
    assert inside(MODULES, room)


def test_imports_point_one_way():
    theory = {name: MODULES[name] for name in inside(MODULES, "theory") if name != "theory"}
    assert imports_upwards(theory, MAY_IMPORT) == [] and circles(MAY_IMPORT) == []


def test_theory_imports_no_simulation_and_no_random_numbers():
    assert outsiders(MODULES, ["theory"], ["sims", "tests", "matplotlib", "rich", *RANDOM]) == []


def test_theory_draws_reads_and_prints_nothing():
    assert acts(MODULES, ["theory"]) == []


def test_the_laws_and_the_network_never_meet():
    assert meetings(MODULES, LAWS, NETWORKS) == [] == meetings(MODULES, NETWORKS, LAWS)


def test_the_laws_do_not_use_what_is_printed():
    assert meetings(MODULES, LAWS, ["theory.as_printed"]) == []


def test_only_the_kernels_are_compiled():
    compiled = {module for module, _ in outsiders(MODULES, ["theory"], ["numba"])}
    assert compiled == set(COMPILED)


def test_the_registry_reaches_no_claim():
    assert meetings(MODULES, ["sims.registry"], ["sims.claims"]) == []


def test_reports_and_plots_reach_no_simulation():
    assert meetings(MODULES, REPORTS, [*SIMULATION, *NETWORKS]) == []


@pytest.fixture
def planted(tmp_path):
    """Modules from sources, {"theory.laws.wrong": "import numba", …}."""

    def plant(**sources):
        found = {}
        for name, source in sources.items():
            path = tmp_path / f"{name}.py"
            path.write_text(source)
            found[name.replace("__", ".")] = path
        return found

    return plant


def test_an_import_upwards_is_seen(planted):
    modules = planted(low__a="from high.b import c", high__b="import low.a", lost__d="import low.a")
    may = {"low": [], "high": ["low"]}
    assert imports_upwards(modules, may) == [("lost.d", "low.a"), ("low.a", "high.b")]


def test_a_circle_of_rooms_is_seen():
    assert circles({"a": ["b"], "b": ["c"], "c": ["a"], "d": ["a"]}) == ["a", "b", "c"]


def test_a_meeting_through_others_is_seen(planted):
    modules = planted(laws__a="import middle.b", middle__b="from networks import c", networks__c="x = 1")
    assert meetings(modules, ["laws"], ["networks"]) == ["laws.a"]


def test_an_outsider_and_an_act_are_seen(planted):
    modules = planted(t__a="from numba import njit", t__b="def f():\n    import numba.typed", t__c="x = open('f')")
    assert outsiders(modules, ["t"], ["numba"])[0] == ("t.a", "numba")
    assert {module for module, _ in outsiders(modules, ["t"], ["numba"])} == {"t.a", "t.b"}
    assert acts(modules, ["t"]) == [("t.c", "open")]
    drawing = planted(u__a="np.random.default_rng(0)", u__b="path.write_text('x')")
    assert {module for module, _ in acts(drawing, ["u"])} == {"u.a", "u.b"}


@pytest.mark.parametrize(
    "look",
    [
        lambda modules: inside(modules, "moved"),
        lambda modules: meetings(modules, ["moved"], ["here"]),
        lambda modules: meetings(modules, ["here"], ["moved"]),
        lambda modules: outsiders(modules, ["moved"], ["numba"]),
        lambda modules: outsiders(modules, ["here"], []),
        lambda modules: acts(modules, ["moved"]),
        lambda modules: imports_upwards({}, {"here": []}),
        lambda modules: circles({}),
        lambda modules: some([]),
    ],
)
def test_a_guard_with_nothing_to_look_at_fails(planted, look):
    with pytest.raises(Empty):
        look(planted(here__a="x = 1"))


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
