"""Class sensitivity: how alike the pictures of two logits are, for the three rules, with and without pooling."""

from functools import partial

from sims.checks.classes import PAIRS, POOLED, alike, found, in_pairs, pooled
from sims.data.images import at_least_two_patches, reduced
from sims.ensembles import needs as takes
from sims.ensembles.three_layer import ThreeLayer
from sims.evidence.class_sums import chunk
from sims.study.claim import KERNEL, STRIDE, Claim, Setting
from sims.study.rows import Finding
from sims.study.study import Experiment
from theory.laws.three_layer import class_similarity
from theory.rules import RULES

SIDE = 48  # pixels, where every pair of windows enters the law


def run(study):
    kernel, stride, filters = (study.settings[name] for name in ("kernel", "stride", "filters"))
    network = partial(ThreeLayer, study.image, kernel, stride, logits=2)
    rows = [row for number in filters for row in unpooled(study, network(filters=number))]
    rows += pooled(study, network(filters=max(filters), pool=2))
    small = reduced(study.image, SIDE)
    at_least_two_patches(small, kernel, stride)
    in_pairs(study, ThreeLayer(small, kernel, stride, filters=max(filters), pool=(1, 2), logits=2))
    study.tabulate("similarity", rows)


def unpooled(study, network):
    """The similarity of two logits at one N, for every rule, against its law."""
    number, smallest = network.filters, network.filters == min(study.settings["filters"])
    laws = {rule: class_similarity(**network.geometry, filters=number, rule=rule) for rule in RULES}
    rows = [alike(study, f"{rule}-{number}", rule, f"{rule}, N = {number}", law) for rule, law in laws.items()]
    if smallest:
        rows += [farther(rule, number) for rule in POOLED]
    study.sample(Experiment(f"filters-{number}", partial(chunk, network), 900 if smallest else 128, tuple(rows)))
    return [found(study, network, f"{rule}-{number}", rule) for rule in RULES]


def farther(rule, filters):
    """The papers' average l2 distance, saliency's over another rule's."""
    return Finding(
        name=f"distance-{rule}",
        what=f"average l2 distance of two logits' maps in [0, 1], saliency over {rule}, N = {filters}",
        of=lambda sums: sums["saliency"]["distance"] / sums[rule]["distance"],
    )


def needs(settings, shape, budget):
    kernel, stride = settings["kernel"], settings["stride"]
    filters, pictures = settings["filters"], 2 * len(RULES)
    parts = (
        takes.three_layer(shape, kernel, stride, n, pictures, 2) * budget.trials(900 if n == min(filters) else 128)
        for n in filters
    )
    pooling = takes.three_layer(shape, kernel, stride, max(filters), pictures, 2, stored=True) * budget.trials(128)
    small = takes.three_layer(takes.reduced(shape, SIDE), kernel, stride, max(filters), pictures, 2, stored=True)
    return sum(parts, pooling + small * budget.trials(PAIRS))


CLAIM = Claim(
    id="class_sensitivity",
    title="Class sensitivity",
    source="Nie et al. 2018, slides (S:58), which sum up a trained VGG-16 (S:56); abstract (B:13)",
    statement="“DeconvNet and GBP are more human-interpretable but less class-sensitive than saliency map”: of trained "
    "networks. How alike are two logits' pictures in a random three-layer network?",
    printed="nothing on a random three-layer network",
    exact="cos(s_k, s_k') → 0 (saliency), 1/π (DeconvNet), and 1 with N (guided), by a law without free parameters; "
    "under pooling it grows with N for DeconvNet, too",
    said="Not printed for a random network: guided and DeconvNet are less class-sensitive than saliency.",
    true="Two classes' pictures agree by a law: 0 for saliency, 1/π for DeconvNet, towards 1 for guided.",
    meaning="Guided maps of two classes look alike because of the rule, before any training.",
    headline="guided-256",
    decides=("saliency-256", "deconvnet-256", "guided-16", "guided-256", "deconvnet-pooled", "guided-pooled"),
    run=run,
    needs=needs,
    seconds=40,
    settings=(Setting("filters", (16, 64, 256), "numbers of filters N"), KERNEL, STRIDE),
)
