"""Imports point one way, and theory/ draws no random number, reads no file, prints nothing.

Every guard reads the folders, fails where it finds nothing to look at, and is shown a planted violation.
"""

import ast

import pytest
from support.imports import files, imported, used
from support.rooms import RANDOM, Empty, acts, circles, imports_upwards, inside, meetings, outsiders, room_of, some

MODULES = {**files("theory"), **files("sims")}
LAWS, NETWORKS = ["theory.laws"], ["theory.layers", "theory.networks"]
SEEDED = "theory.attribution.smoothed"  # SmoothGrad is a mean over noise: the one file of theory/ that takes a seed
COMPILED = {"theory.geometry.loops", "theory.laws.overlap"}
RANDOMNESS = [
    "sims.random",
    "sims.ensembles",
    "sims.evidence",
    "sims.study",
    "sims.checks",
    "sims.claims",
    "sims.compiled",
    "sims.evaluate",
]
SHAPES = ["theory.errors", "theory.geometry", "theory.rules"]
ALL_THEORY = [*SHAPES, "theory.layers", "theory.networks", "theory.attribution", "theory.laws", "theory.metrics"]
MAY_IMPORT = {  # a room, from the ground up: the rooms that it may import
    "theory.errors": [],
    "theory.geometry": ["theory.errors"],
    "theory.rules": ["theory.errors"],
    "theory.layers": SHAPES,
    "theory.networks": [*SHAPES, "theory.layers"],
    "theory.laws": SHAPES,
    "theory.attribution": [*SHAPES, "theory.layers", "theory.networks"],
    "theory.metrics": ["theory.errors", "theory.geometry"],
    "theory.as_printed": ["theory.errors", "theory.geometry"],
    "sims.system": [],
    "sims.random": ["sims.system"],
    "sims.data": ["sims.system", "sims.random", "theory.errors", "theory.geometry"],
    "sims.compiled": ["sims.system", "sims.random", *SHAPES, *NETWORKS],
    "sims.ensembles": ["sims.system", "sims.random", "sims.data", "sims.compiled", *SHAPES, *NETWORKS],
    "sims.networks": ["sims.system", "sims.data", *SHAPES, *NETWORKS],
    "sims.evidence": ["sims.system", "theory.errors", "theory.geometry", "theory.rules", "theory.metrics"],
    "sims.study": [
        "sims.system",
        "sims.random",
        "sims.data",
        "sims.evidence",
        *SHAPES,
        "theory.laws",
        "theory.metrics",
    ],
    "sims.report": ["sims.system", "theory.errors", "theory.geometry", "theory.metrics"],
    "sims.explain": ["sims.system", "sims.random", "sims.data", "sims.compiled", "sims.ensembles", "sims.networks"],
    "sims.evaluate": ["sims.system", "sims.random", "sims.data", "sims.compiled", "sims.networks", "sims.explain"],
    "sims.checks": ["sims.system", "sims.random", "sims.data", "sims.ensembles", "sims.evidence", "sims.study"],
    "sims.trained": ["sims.system", "sims.random", "sims.data", "sims.compiled", "sims.ensembles", "sims.networks"],
    "sims.claims": ["sims.system", "sims.random", "sims.data", "sims.compiled", "sims.ensembles", "sims.networks"],
    "sims.cli": ["sims.system", "sims.data", "sims.study", "sims.report", "sims.explain", "sims.claims"],
    "sims.__main__": ["sims.cli"],
}
MAY_IMPORT["sims.explain"] += ALL_THEORY
MAY_IMPORT["sims.checks"] += [*ALL_THEORY, "theory.as_printed"]
MAY_IMPORT["sims.trained"] += ["sims.evidence", "sims.explain", *SHAPES, *NETWORKS, "theory.metrics"]
MAY_IMPORT["sims.claims"] += ["sims.evidence", "sims.study", "sims.checks", "sims.explain", "sims.trained"]
MAY_IMPORT["sims.claims"] += [*ALL_THEORY, "theory.as_printed"]
MAY_IMPORT["sims.explain"] += ["sims.report"]
MAY_IMPORT["sims.evaluate"] += [*ALL_THEORY, "sims.report"]
MAY_IMPORT["sims.trained"] += ["sims.evaluate", "sims.study", "theory.attribution", "theory.laws"]
MAY_IMPORT["sims.claims"] += ["sims.evaluate"]
MAY_IMPORT["sims.cli"] += ["sims.random", "sims.evaluate", "sims.networks", "sims.trained"]
MAY_IMPORT["sims.cli"] += ["theory.rules", "theory.attribution"]


def test_every_module_lies_in_a_room():
    assert [module for module in some(MODULES) if room_of(module, MAY_IMPORT) is None] == ["theory", "sims"]


def test_every_folder_is_a_room():
    folders = {module for module, path in MODULES.items() if path.name == "__init__.py" and module.count(".") == 1}
    assert folders <= set(MAY_IMPORT)


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_no_room_is_empty(room):
    assert [module for module in inside(MODULES, room) if MODULES[module].name != "__init__.py"]


def test_imports_point_one_way():
    modules = {name: path for name, path in MODULES.items() if room_of(name, MAY_IMPORT)}
    assert imports_upwards(modules, MAY_IMPORT) == [] and circles(MAY_IMPORT) == []


def test_theory_imports_no_simulation_and_no_random_numbers():
    assert outsiders(MODULES, ["theory"], ["sims", "tests", "matplotlib", "rich", *RANDOM]) == []


def test_theory_draws_reads_and_prints_nothing():
    """But for a generator that is made of the seed that the caller gives, in one file."""
    assert acts(MODULES, ["theory"]) == [(SEEDED, "np.random"), (SEEDED, "np.random.default_rng")]


def test_the_laws_and_the_networks_never_meet():
    """Nothing in theory reaches both: they are two independent witnesses."""
    assert meetings(MODULES, LAWS, NETWORKS) == [] == meetings(MODULES, NETWORKS, LAWS)
    theory = set(inside(MODULES, "theory"))
    assert not theory & set(meetings(MODULES, ["theory"], LAWS)) & set(meetings(MODULES, ["theory"], NETWORKS))


def test_the_laws_do_not_use_what_is_printed():
    assert meetings(MODULES, LAWS, ["theory.as_printed"]) == []


def test_what_is_compiled_is_named():
    assert {module for module, _ in outsiders(MODULES, ["theory"], ["numba"])} == COMPILED


def test_reports_see_results_only():
    assert meetings(MODULES, ["sims.report"], [*RANDOMNESS, *NETWORKS, *LAWS]) == []


def test_a_study_knows_no_claim_and_nothing_knows_the_command_line():
    assert meetings(MODULES, ["sims.study"], ["sims.claims"]) == []
    below = {name: path for name, path in MODULES.items() if name not in ("sims.__main__",)}
    rooms = [room for room in MAY_IMPORT if room not in ("sims.cli", "sims.__main__")]
    assert meetings(below, rooms, ["sims.cli"]) == []


@pytest.fixture
def planted(tmp_path):
    """Modules from sources, {"theory.laws.wrong": "import numba", …}."""

    def plant(**sources):
        found = {}
        for name, source in sources.items():
            path = tmp_path / f"{name}.py"
            path.write_text(source, encoding="utf-8")
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
