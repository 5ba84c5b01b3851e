"""The pages of the laws can't rot: each law stands on one, and what they name is there."""

import re
from pathlib import Path

import pytest
from support.laws import public_laws

ROOT = Path(__file__).resolve().parents[2]
PAGES = {path.stem: path for path in sorted((ROOT / "docs" / "laws").glob("*.md")) if path.stem != "index"}
TEXTS = {name: path.read_text(encoding="utf-8") for name, path in PAGES.items()}
EVERYWHERE = {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("[!_]*/*.md"))}
EVERYWHERE |= {path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))}
CLAIMS = {path.stem for path in (ROOT / "sims" / "claims").glob("*/*.py")}
PARTS = ["**Statement.**", "**Assumptions.**", "**Proof.**", "∎", "- **Tag** "]
PARTS += ["- **Computed by** ", "- **Checked by** ", "- **Certified by** "]
TAGS = ("exact", "limit", "first order", "the ratio is exact", "a rule, of no tag")


def sections():
    """The text of every law: what begins with a title of the second order, and has a statement."""
    for name, text in TEXTS.items():
        for title, body in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE):
            if "**Statement.**" in body:
                yield pytest.param(body, id=f"{name}: {title}")


def named(pattern):
    """(page, name) for everything on the pages that matches."""
    return [(path.name, name) for path, text in EVERYWHERE.items() for name in re.findall(pattern, text)]


def test_every_public_law_is_computed_on_a_page():
    told = "\n".join(
        re.findall(r"^- \*\*Computed by\*\*.*?(?=^- )", "\n".join(TEXTS.values()), re.DOTALL | re.MULTILINE)
    )
    laws = {f"{law.__module__}.{law.__name__}" for law in public_laws()}
    assert laws and laws <= set(re.findall(r"\{py:func\}`([\w.]+)`", told))


@pytest.mark.parametrize("text", [*sections()])
def test_a_law_has_all_its_parts_in_order(text):
    places = [text.find(part) for part in PARTS]
    assert -1 not in places and places == sorted(places), dict(zip(PARTS, places))
    assert text.split("- **Tag** ")[1].startswith(TAGS)


@pytest.mark.parametrize("text", [*sections()])
def test_a_law_has_a_test_and_a_claim(text):
    assert re.search(r"\*\*Checked by\*\* \[test_", text) and certified(text)


def certified(text):
    """Whether a law names a claim, or says that it has none and a test that simulates networks in its place."""
    told = text.split("- **Certified by** ")[1].split("\n\n")[0]
    if not told.startswith("no claim: "):
        return told.startswith("{claim}`")
    checks = [(ROOT / path).read_text(encoding="utf-8") for path in re.findall(r"\((?:\.\./)+(tests/[\w/.]+)\)", text)]
    simulates = told.startswith("no claim: the test simulates networks") and any(
        "monte_carlo" in each for each in checks
    )
    return simulates or "{claim}`" in told


def test_a_law_without_a_claim_or_a_simulation_is_seen():
    checked = "- **Checked by** [test](../../tests/theory/laws/{}.py)\n- **Certified by** "
    simulated, dense = checked.format("test_overlapping_windows"), checked.format("test_covariance")
    assert certified(simulated + "no claim: the test simulates networks")
    assert certified(dense + "no claim: the test builds the matrix, which {claim}`covariance` certifies")
    assert not certified(simulated + "no claim: nobody does") and not certified(simulated + "nothing")
    assert not certified(dense + "no claim: the test simulates networks")


def test_every_function_that_is_named_exists():
    found = named(r"\{py:func\}`([\w.]+)`")
    missing = [(page, name) for page, name in found if not defined(name)]
    assert found and not missing


def defined(name):
    """Whether a module of this repository defines the function of a dotted name."""
    module, _, function = name.rpartition(".")
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    return path.is_file() and f"\ndef {function}(" in path.read_text(encoding="utf-8")


def test_every_test_file_that_is_named_exists():
    found = named(r"\((?:\.\./)+(tests/[\w/.]+)\)")
    assert found and not [(page, path) for page, path in found if not (ROOT / path).is_file()]


def test_every_claim_that_is_named_exists():
    found = named(r"\{claim\}`([^`]*)`")
    assert found and not [(page, claim) for page, claim in found if claim not in CLAIMS]


def test_every_figure_that_is_shown_exists():
    found = named(r"(figures/\w+\.(?:svg|png))")
    assert found and not [(page, path) for page, path in found if not (ROOT / path).is_file()]


def test_a_name_that_is_no_function_is_seen():
    assert defined("theory.laws.depth.fixed_point") and not defined("theory.laws.depth.fixed_pt")
