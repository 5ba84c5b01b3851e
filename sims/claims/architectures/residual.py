"""Residual connections: what ResNet-50 with random weights gives back, with its skip connections and without."""

from functools import partial

from sims.compiled.layers import accelerate
from sims.data.images import suitable
from sims.ensembles import initialise
from sims.ensembles import needs as takes
from sims.ensembles.initialise import pictures
from sims.evidence import estimates
from sims.evidence.estimates import PictureSums, Sums, jackknife
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.claim import Check, Claim, Control, Setting
from sims.system.needs import Needs
from theory.laws import depth
from theory.layers import Sum
from theory.metrics.similarity import compared, cosine
from theory.networks import Sequential, resnet50, resnet50_shapes
from theory.rules import RULES

KINDS = "residual", "plain"
WORSE = 0.05  # of a cosine: what a deterioration is at least
LESS = 0.03  # of a cosine
SAME = 0.03  # how far from 1 the cosine of "class-insensitive" pictures may be
NOISE = 0.05


def run(study):
    image = suitable(study.image)
    groups = study.draw("networks", partial(chunk, image), study.settings["networks"], 1)
    cosine_of = lambda kind, rule: lambda sums: estimates.mean_cosine(sums[kind][rule]["pictures"], "image")
    held = lambda kind, rule: lambda sums: estimates.held(sums[kind][rule]["pictures"])
    worse = lambda rule: lambda sums: cosine_of("residual", rule)(sums) - cosine_of("plain", rule)(sums)
    study.read(
        groups,
        Check(
            "guided-deteriorates",
            f"E cos(s, x) of guided with skip connections less without; printed: worse, by {WORSE} or more",
            worse("guided"),
            LESS,
            Control("the other way round, less two margins", target=-WORSE - LESS),
            REFUTED,
            printed=-WORSE,
            printed_side="at most",
        ),
    )
    study.read(
        groups,
        Check(
            "saliency-noise",
            "‖E s‖²/E‖s‖² of saliency with skip connections: noise only",
            held("residual", "saliency"),
            NOISE,
            Control("a mean that holds a fifth of the energy", target=0.2),
            HOLDS,
            exact=0.0,
            printed=0.0,
        ),
    )
    for kind in KINDS:
        study.read(
            groups,
            Check(
                f"guided-classes-{kind}",
                f"E cos of the pictures of two logits, guided, {kind}",
                same_class(kind, "guided"),
                SAME,
                Control("0.918, that of four wide layers", target=depth.class_similarity("guided", 4)),
                HOLDS,
                printed=1.0,
            ),
        )
    table = [(kind, rule) for kind in KINDS for rule in RULES]
    study.table(
        "recovery",
        kind=[kind for kind, _ in table],
        rule=[rule for _, rule in table],
        cosine=[jackknife(groups, cosine_of(*each)) for each in table],
        classes=[jackknife(groups, same_class(*each)) for each in table],
        held=[jackknife(groups, held(*each)) for each in table],
    )
    panel(study, image)


def same_class(kind, rule):
    return lambda sums: sums[kind][rule]["alike"] / sums["count"]


def networks(rng):
    """ResNet-50 with He's weights, its batch normalisation the identity, and the same without its skip connections."""
    residual = resnet50(initialise.draw(resnet50_shapes(), "he", rng=rng))
    return {"residual": accelerate(residual), "plain": accelerate(without_skips(residual))}


def without_skips(network):
    """The chain of a residual network's layers along its branches."""
    return Sequential([n.layer for n in network.nodes if ".skip." not in n.name and not isinstance(n.layer, Sum)])


def chunk(image, rng, trials):
    """Sums over networks of the pictures along x, and of the cosine of two logits' pictures, with skips and without."""
    sums = {kind: {rule: PictureSums(image=image) for rule in RULES} for kind in KINDS}
    alike = {kind: dict.fromkeys(RULES, 0.0) for kind in KINDS}
    for _ in range(trials):
        for kind, net in networks(rng).items():
            for rule, (first, second) in pictures(net, image, (0, 1)).items():
                sums[kind][rule].add(first)
                alike[kind][rule] += compared(first, second)[0]
    return Sums(
        count=trials,
        **{
            kind: Sums({rule: Sums(pictures=sums[kind][rule].sums(), alike=alike[kind][rule]) for rule in RULES})
            for kind in KINDS
        },
    )


def panel(study, image):
    """The three rules in one network, with skips and without."""
    study.picture("x", image)
    rows = []
    for kind, net in networks(study.rng("panel")).items():
        for rule, [picture] in pictures(net, image, (0,)).items():
            study.picture(f"{kind}-{rule}", picture)
            rows.append({"kind": kind, "rule": rule, "cosine": cosine(picture, image)})
    study.table("panel", **{key: [row[key] for row in rows] for key in rows[0]})


def needs(settings, shape, budget):
    return Needs(2**29, settings["networks"] * (1 + 20 * (takes.corner(shape, 224)[-1] / 224) ** 2))


CLAIM = Claim(
    id="residual",
    title="Residual connections",
    source="Nie et al. 2018, discussion (ResNet: some deterioration, possibly due to skip connections)",
    statement="Skip connections deteriorate guided backpropagation.",
    printed="worse pictures with skip connections",
    exact="measured: with the same weights, and batch normalisation as the identity, skips raise "
    "cos(s, x) of guided a little",
    run=run,
    needs=needs,
    seconds=43,
    settings=(Setting("networks", 32, "random networks, at any budget", least=32),),
)
