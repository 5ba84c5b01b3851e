"""What is in the repository is what a run wrote, and the README says no more than that."""

import io
import json
import re
import shutil
from collections import Counter
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from sims.claims import all_claims
from sims.report import ledger
from sims.report.figures import figures_of, plot
from sims.study.claim import TOLD

ROOT = Path(__file__).resolve().parent.parent
CLAIMS = all_claims()
FIGURES = [*(name for claim in CLAIMS for name in figures_of(claim)), "notation"]


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
        assert result["verdict"] == result["expected"] and result["law_verdict"] == result["law_expected"]
        defaults = {setting.name: setting.default for setting in CLAIMS[result["claim"]].settings}
        assert result["settings"] == json.loads(json.dumps({"size": 224, **defaults}))


def test_results_state_what_the_code_states(results):
    for name, claim in CLAIMS.items():
        assert {field: results[name][field] for field in TOLD} == json.loads(
            json.dumps({field: getattr(claim, field) for field in TOLD})
        )


def test_the_ledger_is_generated(tmp_path, results):
    for result in results.values():
        (tmp_path / "results").mkdir(exist_ok=True)
        (tmp_path / "results" / f"{result['claim']}.json").write_text(json.dumps(result), encoding="utf-8")
    (tmp_path / "figures").symlink_to(ROOT / "figures")
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
    assert (
        sum(path.stat().st_size for path in (ROOT / "results").rglob("*") if path.is_file()) < 4_000_000
    )  # of 72 claims


def test_the_readme_shows_figures_that_are_there():
    shown = re.findall(r"\]\((figures/.*?)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert shown and all((ROOT / path).is_file() for path in shown)


def test_the_readme_s_headline_numbers_are_the_ledger_s(results):
    text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8"))
    found = lambda claim, name: row(results, claim, name)["estimate"]
    count = Counter(result["verdict"] for result in results.values())
    told = f"{len(results)} statements {count['holds']} hold, {count['corrected']} are corrected, {count['refuted']} is"
    assert (
        f"{told} refuted, {count['inconclusive']} are inconclusive, and {count['not printed']} are not printed" in text
    )
    assert f"**Holds**: cosine {interval(row(results, 'theorem1', 'cosine'), 3)}" in text
    line, printed = (round(1 / found("theorem1_scale", name)) for name in ("one-dimensional", "paper-network-signs"))
    assert f"{line} times too large in one dimension and {printed} times in the printed network" in text
    assert f"at a cosine of {found('theorem1_photograph', 'limit'):.2f}: **corrected**" in text
    white = row(results, "theorem2", "deconvnet-paper-across-2")
    assert f"correlate at {interval(white, 2)}, in a network of any width" in text
    assert f"cosine with the input is {found('local_connections', 'visible'):.2f} higher" in text
    assert f"Their mean pictures agree at {found('pooling_alike', 'guided-limit'):.2f}, where" in text
    similar = [found("depth", f"similarity-guided-{layers}") for layers in (1, 2, 8)]
    assert f"agrees at {similar[0]:.2f}, {similar[1]:.2f}, 0.84, … {similar[2]:.2f} below" in text
    assert f"follows more slowly, to {found('depth', 'similarity-deconvnet-8'):.2f}." in text
    assert f"Their pictures agree at {found('insensitivity', 'vgg16-cosine-guided'):.4f}" in text


def test_the_readme_s_numbers_of_trained_networks_are_the_ledger_s(results):
    text = re.sub(r"\s+", " ", (ROOT / "README.md").read_text(encoding="utf-8")).replace("−", "-")
    found = lambda claim, name: row(results, claim, name)["estimate"]
    where = f"correlation with the image is {found('partial_recovery', 'guided-where'):.2f}"
    assert f"{where}; saliency's is {found('partial_recovery', 'saliency-where'):.2f}." in text
    whole = (found("less_sensitive", f"whole-{rule}") for rule in ("guided", "saliency"))
    assert "cosine of {:.3f} (guided), {:.2f} (saliency)".format(*whole) in text
    attack = (found("trained_attack", f"{rule}-words") for rule in ("saliency", "guided"))
    assert "saliency's map changes ({:.2f}) and guided's does not ({:.3f})".format(*attack) in text
    assert f"{found('trained_units', 'conv5_3-deconvnet-other'):.3f} like it" in text
    redrawn = (found("trained_redrawn", f"{part}-guided") for part in ("classifier", "half"))
    assert "**holds** ({:.3f}); with half of the layers redrawn {:.2f} is left".format(*redrawn) in text
    apart = (found("discriminative", f"cosine-{method}") for method in ("tr-gbp", "guided"))
    assert "Their cosine is {:.2f} where guided's is {:.3f}".format(*apart) in text
    methods = "tr-gbp", "guided", "biases alone", "mean alone"
    quadrant = [found("discriminative", f"quadrant-{method}") for method in methods]
    assert "{:.2f} of a map lies in its class's quarter (guided: {:.2f})".format(*quadrant) in text
    assert "{:.2f} with the biases, {:.2f} with the subtraction".format(*quadrant[2:]) in text
    assert f"turns into its negative ({found('sensitive', 'changed'):.2f})" in text
    flat = (found("uniform_when_random", name) for name in ("ones", "map"))
    assert "**holds** ({:.2f}); its whole map is not ({:.2f})".format(*flat) in text
    border = row(results, "boundary_errors", "above")
    assert "an area of {estimate:.2f} [{low:.2f}, {high:.2f}]".format(**border) in text
    assert f"own confidence has {found('boundary_errors', 'confidence'):.2f}" in text


def interval(row, digits):
    """An estimate and the half width of its interval."""
    return f"{row['estimate']:.{digits}f} ± {(row['high'] - row['low']) / 2:.{digits}f}"


TRAINED = "partial_recovery", "less_sensitive", "trained_attack", "needs_pooling", "trained_units", "trained_redrawn"
TRAINED += "discriminative", "sensitive", "absent_class", "uniform_when_random"


def test_the_readme_says_of_statements_what_the_ledger_says(results):
    verdicts = {
        "inconclusive": ("boundary_errors",),
        "holds": (
            "theorem1",
            "theorem1_image",
            "random_noise",
            "local_connections",
            "pooling_alike",
            "insensitivity",
            *TRAINED,
        ),
        "corrected": ("theorem1_scale", "inverted_z", "theorem1_photograph", "theorem2", "dominant_factors", "zeroed"),
        "refuted": ("vgg16_details",),
    }
    for verdict, claims in verdicts.items():
        assert {results[claim]["verdict"] for claim in claims} == {verdict}


def test_the_readme_s_speeds_are_the_benchmark_s():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = json.loads((ROOT / "benchmarks" / "results.json").read_text(encoding="utf-8"))["rows"]
    paper, small = (rows[name]["parts"]["guided"] for name in ("paper_trial", "small_trial"))
    assert (
        f"{paper['ours']['seconds'] * 1e3:.1f} ms | {paper['captum']['ratio']:.1f} times as fast | "
        f"{paper['jax']['ratio']:.1f} times as fast |" in text
    )
    assert (
        f"{small['ours']['seconds'] * 1e6:.1f} µs | {small['captum']['ratio']:.0f} times as fast | "
        f"{small['jax']['ratio']:.0f} times as fast |" in text
    )
    lite, five = rows["efficientnet_lite0"]["parts"], rows["five_targets"]["parts"]["five targets"]
    convolutions = rows["vgg16_convolutions"]["parts"]["weights given"]
    for words, found, other in (
        ("EfficientNet-Lite0, one picture", lite["batch 1"], "captum"),
        ("EfficientNet-Lite0, a picture of 16", lite["batch 16"], "captum"),
        ("EfficientNet-Lite0, five classes", five, "captum, five calls"),
        ("VGG-16's convolutions", convolutions, "captum"),
    ):
        ours, ratio = found["ours"]["seconds"], found[other]["ratio"]
        assert f"| {words} | {ours * 1e3:.0f} ms | {ratio:.1f} times as fast | – |" in text
    for part, found in rows["vgg16"]["parts"].items():
        ours, ratio = found["ours"]["seconds"], found["captum"]["ratio"]
        assert f"VGG-16, {part} | {ours * 1e3:.0f} ms | {ratio:.1f} times as fast |" in text


def test_the_readme_s_example_runs():
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) == 4
    for code in examples:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(code, {})
        shown = [line.removeprefix("# ") for line in code.splitlines() if line.startswith("# ") and "=" not in line]
        assert printed.getvalue().splitlines() == shown


PAGES = "README.md", "CONTRIBUTING.md", "paper_checks.md"


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_resolves(page):
    """Files and pictures that are there, and places in pages that have them."""
    text = (ROOT / page).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text)
    inside = [target for pair in targets for target in pair if target and not target.startswith("https://")]
    assert all(place_of(page, target) for target in inside)
    assert inside or page == "CONTRIBUTING.md"  # where files are named, not linked


def place_of(page, target):
    """Whether a link from a page leads somewhere."""
    file, _, anchor = target.partition("#")
    path = ROOT / (file or page)
    return path.exists() and (not anchor or anchor in anchors(path.read_text(encoding="utf-8")))


def anchors(text):
    """What can be linked to in a page: given places, and its titles as a code host writes them."""
    titles = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles)
    return {*re.findall(r'<a id="([^"]+)"', text), *words}


def test_the_ledger_shows_every_claim_s_figure_and_rows():
    text = (ROOT / "paper_checks.md").read_text(encoding="utf-8")
    for claim in CLAIMS.values():
        assert len(re.findall(rf"figures/{claim.id}\.(?:svg|png)", text)) == 2


def test_claims_name_rows_that_they_have(results):
    for name, claim in CLAIMS.items():
        rows = {row["name"] for row in results[name]["rows"]}
        assert {claim.headline, *claim.decides} <= rows and 1 <= len(claim.decides) <= 6
        assert claim.said and claim.true and claim.meaning
