"""What is in the repository is what a run wrote, and the README says no more than that."""

import json
import re
import shutil
from pathlib import Path

import pytest

from sims.claims import all_claims
from sims.report import ledger
from sims.report.figures import figures_of, plot

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = all_claims()
FIGURES = [name for claim in CLAIMS for name in figures_of(claim)]


@pytest.fixture(scope="module")
def results():
    return {result["claim"]: result for result in ledger.load(ROOT)}


def row(results, claim, name):
    [found] = [row for row in results[claim]["rows"] if row["name"] == name]
    return found


def test_every_claim_has_a_standard_result_as_expected(results):
    assert set(results) == set(CLAIMS)
    for result in results.values():
        assert (result["budget"], result["image"], result["changed"]) == ("standard", "photograph", [])
        assert result["verdict"] == result["expected"]
        defaults = {setting.name: setting.default for setting in CLAIMS[result["claim"]].settings}
        assert result["settings"] == json.loads(json.dumps({"size": 224, **defaults}))


def test_results_state_what_the_code_states(results):
    for name, claim in CLAIMS.items():
        for field in ("title", "source", "statement", "printed", "exact", "group"):
            assert results[name][field] == getattr(claim, field)


def test_the_ledger_is_generated(tmp_path, results):
    for result in results.values():
        (tmp_path / "results").mkdir(exist_ok=True)
        (tmp_path / "results" / f"{result['claim']}.json").write_text(json.dumps(result), encoding="utf-8")
    assert ledger.report(tmp_path).read_text(encoding="utf-8") == (ROOT / "paper_checks.md").read_text(encoding="utf-8")


def test_every_figure_is_drawn_from_the_committed_data_into_one_file_beside_it(tmp_path):
    shutil.copytree(ROOT / "results", tmp_path / "results")
    plot(tmp_path)
    drawn = {path.name: path for path in (tmp_path / "figures").iterdir()}
    assert FIGURES and len(set(FIGURES)) == len(FIGURES)
    for name in FIGURES:
        assert {f"{name}.png", f"{name}.svg", f"{name}.csv"} & set(drawn) in (
            {f"{name}.{kind}", f"{name}.csv"} for kind in ("png", "svg")
        )
    assert set(drawn) == {path.name for path in (ROOT / "figures").iterdir()}
    assert all(path.stat().st_size <= 150_000 for path in drawn.values())
    for name in FIGURES:
        assert drawn[f"{name}.csv"].read_bytes() == (ROOT / "figures" / f"{name}.csv").read_bytes()


def test_what_is_committed_is_small():
    for path in (ROOT / "figures").iterdir():
        assert path.stat().st_size <= 150_000, path
    assert sum(path.stat().st_size for path in (ROOT / "results").rglob("*") if path.is_file()) < 3_000_000


def test_the_readme_shows_figures_that_are_there():
    shown = re.findall(r"\]\((figures/.*?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown and all((ROOT / path).is_file() for path in shown)


def test_the_readme_s_headline_numbers_are_the_ledger_s(results):
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    scale = lambda name: round(1 / row(results, "theorem1_scale", name)["estimate"])
    line, paper, photograph = (
        scale(name) for name in ("one-dimensional", "paper-network-signs", "paper-network-picture")
    )
    assert f"{line} times too large in one dimension, {paper} times in the paper's own network" in text
    assert f"{photograph} times on the photograph" in text
    assert f"cos(E s, x) is {row(results, 'theorem1_image', 'picture')['estimate']:.2f}" in text
    pooled = [row(results, "max_pooling", f"{rule}-relu-pool-image")["estimate"] for rule in ("deconvnet", "guided")]
    assert f"(cosine {pooled[0]:.2f}), and guided backpropagation is not left as it was ({pooled[1]:.2f})" in text
    panel = results["local_connections"]["tables"]["panel"]
    connected = dict(zip(panel["name"], panel["cosine"]))["panel-fcn-guided"]
    assert f"neurons reach a cosine of {connected:.2f} at 224×224×3" in text
    assert row(results, "local_connections", "cosines")["verdict"] == "corrected"
    similar = [row(results, "depth", f"similarity-guided-{layers}")["estimate"] for layers in (1, 2, 8)]
    vgg16 = row(results, "vgg16", "guided-classes")["estimate"]
    assert f"at {similar[0]:.2f}, {similar[1]:.2f}, 0.84, … {similar[2]:.2f} after 1, 2, 3, … 8" in text
    assert f"random VGG-16 at {vgg16:.4f}" in text
    assert row(results, "residual", "guided-deteriorates")["verdict"] == "refuted"
    exact = row(results, "theorem1_scale", "exact-scale")
    assert exact["verdict"] == "holds" and exact["margin"] == 0.005 and "certified to 0.5 %" in text


def test_the_readme_s_speeds_are_the_benchmark_s():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["rows"]
    paper, small = (rows[name]["parts"]["guided"] for name in ("paper_trial", "small_trial"))
    assert (
        f"{paper['ours']['seconds'] * 1e3:.1f} ms | {paper['captum']['ratio']:.1f} | {paper['jax']['ratio']:.1f} |"
        in text
    )
    assert (
        f"{small['ours']['seconds'] * 1e6:.1f} µs | {small['captum']['ratio']:.0f} | {small['jax']['ratio']:.0f} |"
        in text
    )
    for part, found in rows["vgg16"]["parts"].items():
        assert f"VGG-16, {part} | {found['ours']['seconds'] * 1e3:.0f} ms | {found['captum']['ratio']:.1f} |" in text


def test_the_readme_s_example_runs():
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 2
    for code in examples:
        scope = {}
        exec(code, scope)
        assert scope["picture"].shape == (1, 3, 64, 64)
