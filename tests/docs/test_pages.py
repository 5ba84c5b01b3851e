"""What is put into the pages: the ledger, links into it, the modules of a package, docstrings as prose."""

import re
from pathlib import Path

import pytest

from docs import pages, prose

ROOT = Path(__file__).resolve().parents[2]
LEDGER = """# Title

<a id="theorem1-scale"></a>

### Scale: corrected

[a](#theorem1-scale) [b](results/x.json) ![c|d](figures/x.svg) [e](https://arxiv.org/abs/1805.07039)
[![f](figures/y.png)](results/y.json) [g](#inline) [h](docs/notation.md#x) [i](CONTRIBUTING.md)

<details><summary>rows</summary><a id="inline"></a><img src="figures/z.svg"></details> costs $2
"""


def test_the_ledgers_anchors_and_files():
    found = pages.ledger(LEDGER)
    assert "\n(theorem1-scale)=\n\n## Scale" in found and "[a](#theorem1-scale)" in found
    assert "[b](../results/x.json)" in found and "![c|d](../figures/x.svg)" in found
    assert "[e](https://arxiv.org/abs/1805.07039)" in found
    assert "[![f](../figures/y.png)](../results/y.json)" in found


def test_no_order_of_titles_is_left_out():
    assert pages.level("# a\n### b\n### c\n## d\n### e\n") == "# a\n## b\n## c\n## d\n### e\n"
    assert "\n## Scale" in pages.ledger(LEDGER)


def test_raw_html_stays_as_it_is_and_dollars_are_dollars():
    found = pages.ledger(LEDGER)
    assert '<a id="inline"></a><img src="figures/z.svg">' in found and r"\$2" in found
    assert '<a href="#inline">g</a>' in found


def test_what_the_site_has_itself_is_linked_in_it():
    found = pages.ledger(LEDGER)
    assert "[h](notation.md#x)" in found and "[i](recipes.md)" in found
    assert all((ROOT / "docs" / page).is_file() for page in pages.INCLUDED.values())


def test_the_ledger_there_is():
    found = pages.ledger((ROOT / "paper_checks.md").read_text(encoding="utf-8"))
    local = re.findall(r"\]\(([^)#:\s]+)\)", found)
    assert len(pages.anchors(ROOT)) > 20 and local
    assert not [each for each in local if not (ROOT / "docs" / each).parent.is_dir()]


def test_a_claim_is_a_link_into_the_ledger_or_to_its_head():
    known = {"theorem1-scale"}
    assert pages.statement("theorem1_scale", known) == "{ref}`theorem1_scale <theorem1-scale>`"
    assert pages.statement("new_one", known) == "[new_one](/ledger.md)"


def test_claims_and_modules_are_filled_in(tmp_path):
    (tmp_path / "room").mkdir()
    for name in ("__init__", "__main__", "_private", "b", "a"):
        (tmp_path / "room" / f"{name}.py").touch()
    (tmp_path / "paper_checks.md").write_text('<a id="depth"></a>\n', encoding="utf-8")
    found = pages.filled("{claim}`depth`\n\n```{modules} room\n```\n", tmp_path)
    assert re.findall(r"automodule:: (.*)", found) == ["room", "room.a", "room.b"]
    assert "{ref}`depth <depth>`" in found and "{modules}" not in found


def test_one_module_and_every_package_of_the_pages():
    assert pages.modules(ROOT, "theory.rules") == ["theory.rules"]
    told = [
        name for path in (ROOT / "docs" / "api").glob("*.md") for name in pages.MODULES.findall(path.read_text("utf-8"))
    ]
    rooms = {
        f"theory.{path.stem}"
        for path in (ROOT / "theory").iterdir()
        if path.stem[0] not in "_." and path.suffix != ".typed"
    }
    assert rooms <= set(told) and len(told) == len(set(told))


def test_figures_and_results_come_along(tmp_path):
    for folder in pages.PICTURES:
        (tmp_path / "root" / folder).mkdir(parents=True)
        (tmp_path / "root" / folder / "x").touch()
    pages.copy_pictures(tmp_path / "root", tmp_path / "site")
    pages.copy_pictures(tmp_path / "root", tmp_path / "site")
    assert (tmp_path / "site" / "figures" / "x").is_file() and (tmp_path / "site" / "results" / "x").is_file()


@pytest.mark.parametrize(
    "line, expected",
    [
        ("s_k and |u|, v*w", r"s\_k and \|u\|, v\*w"),
        ("the `bias` b_i of `law`", r"the ``bias`` b\_i of ``law``"),
        ("an open ` stays_", r"an open \` stays\_"),
        ("(a) first", r"\(a) first"),
        ("i. e. what", r"\i. e. what"),
        ("+ the rest", r"\+ the rest"),
        ("", ""),
    ],
)
def test_prose_is_no_markup(line, expected):
    assert prose.escaped(line) == expected


def test_an_indented_block_is_literal():
    lines = ["Two rules:", "", "    rule   h_k", "    guided σ", "", "and so_on", ""]
    expected = ["Two rules:", "", "", "::", "", "    rule   h_k", "    guided σ", "", "", r"and so\_on", ""]
    assert prose.restructured(lines) == expected
