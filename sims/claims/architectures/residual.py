"""Residual connections: what ResNet-50 with random weights gives back, with its skip connections and without."""

from functools import partial

from sims.data.images import suitable
from sims.ensembles import needs as takes
from sims.ensembles.initialise import pictures
from sims.ensembles.random_resnet import networks
from sims.ensembles.random_vgg import of_unit_length
from sims.evidence import shown
from sims.evidence.estimates import Sums, jackknife
from sims.evidence.shown import ShownSums
from sims.study.claim import Claim, Setting
from sims.study.common import against
from sims.study.rows import EXACT, Finding, Law
from sims.study.shown import SEEN
from sims.system.needs import Needs
from theory.metrics.similarity import cosine
from theory.rules import RULES

KINDS = {"residual": "with skip connections", "plain": "without"}
NOISE = 0.05  # of the energy: a mean that nobody sees in a picture


def run(study):
    image = suitable(study.image)
    groups = study.draw("networks", partial(chunk, image), study.settings["networks"], 1)
    for kind, where in KINDS.items():
        study.read(groups, only_noise(kind, where))
    for what, of in (("E cos(s, x)", shown.alike), (SEEN, shown.single)):
        between = lambda sums, of=of: of("residual-guided")(sums) - of("plain-guided")(sums)
        name = "guided-" + ("cosine" if of is shown.alike else "seen")
        study.read(groups, Finding(name=name, what=f"{what}, guided: with skip connections less without", of=between))
    for kind, where in KINDS.items():
        name, what = f"guided-classes-{kind}", f"E cos of the pictures of two logits, guided, {where}"
        study.read(groups, Finding(name=name, what=what, of=same_class(f"{kind}-guided")))
    recovery(study, groups)
    panel(study, image)


def only_noise(kind, where):
    """Saliency's readout has the other sign as often, whatever lies between: E s = 0."""
    return Law(
        name=f"saliency-noise-{kind}",
        what=f"‖E s‖²/E‖s‖² of saliency, {where}",
        **against("guided", "saliency", lambda rule: shown.share(f"{kind}-{rule}")),
        value=0.0,
        margin=NOISE,
        tag=EXACT,
    )


def recovery(study, groups):
    """What the figure shows."""
    table = [(kind, rule) for kind in KINDS for rule in RULES]
    of = {"cosine": shown.alike, "seen": shown.single, "classes": same_class, "held": shown.held}
    found = {key: [jackknife(groups, each("-".join(row))) for row in table] for key, each in of.items()}
    study.table("recovery", kind=[kind for kind, _ in table], rule=[rule for _, rule in table], **found)


def same_class(part):
    return lambda sums: sums[part]["classes"] / sums[part]["count"]


def chunk(image, rng, trials):
    """Sums over networks of the pictures, and of the cosine of two logits' pictures, with skips and without."""
    sums = {f"{kind}-{rule}": ShownSums(image) for kind in KINDS for rule in RULES}
    classes = dict.fromkeys(sums, 0.0)
    for _ in range(trials):
        for kind, net in networks(rng).items():
            for rule, (first, second) in pictures(net, image, (0, 1)).items():
                sums[f"{kind}-{rule}"].add(of_unit_length(first))
                classes[f"{kind}-{rule}"] += cosine(first, second)
    return Sums({part: Sums(sums[part].sums(), classes=classes[part]) for part in sums})


def panel(study, image):
    """The three rules in one network, with skips and without."""
    study.picture("x", image)
    lines = []
    for kind, net in networks(study.rng("panel")).items():
        for rule, [picture] in pictures(net, image, (0,)).items():
            study.picture(f"{kind}-{rule}", picture)
            lines.append({"kind": kind, "rule": rule, "cosine": cosine(picture, image)})
    study.tabulate("panel", lines)


def needs(settings, shape, budget):
    return Needs(2**29, settings["networks"] * (1 + 20 * (takes.corner(shape, 224)[-1] / 224) ** 2))


CLAIM = Claim(
    id="residual",
    title="Residual connections",
    source="a summary of Nie et al. 2018 (A:228), in a list of future directions that no author wrote: not printed",
    statement="“ResNet where the authors observe some deterioration in visualization quality possibly due to skip "
    "connections”",
    premise="ResNet-50 with He's weights, batch normalisation the identity, and the same without its skip connections",
    printed="nothing; a pointer to a supplement (A:272)",
    exact="saliency is noise, exactly; measured: with the same weights, skips raise cos(s, x) of guided a little",
    said="Not printed: residual networks' pictures are said to deteriorate.",
    true="In a random ResNet-50 skip connections raise guided's likeness with x a little.",
    meaning="Skip connections don't protect from redrawing the input.",
    headline="guided-cosine",
    decides=("guided-cosine", "guided-seen", "saliency-noise-residual", "saliency-noise-plain"),
    run=run,
    needs=needs,
    seconds=43,
    settings=(Setting("networks", 32, "random networks, at any budget", least=16),),
)
