"""VGG-16 with random weights on the picture: what comes back, for which class, and what an attack changes."""

from functools import partial

import numpy as np

from sims.compiled.layers import accelerate
from sims.data.images import at_least, named_inputs, suitable
from sims.ensembles import initialise
from sims.ensembles import needs as takes
from sims.ensembles.initialise import pictures
from sims.evidence import estimates
from sims.evidence.estimates import PictureSums, Sums, jackknife
from sims.evidence.verdict import HOLDS, REFUTED
from sims.study.checks import much_less
from sims.study.claim import Check, Claim, Control, Setting
from sims.system.needs import Needs
from theory.laws import depth
from theory.laws.three_layer import expected_cosine, guided_mean
from theory.metrics.similarity import compared, cosine, spread
from theory.networks import vgg16, vgg16_shapes
from theory.rules import RULES

IMAGE = {"deconvnet": 0.2, "guided": 0.05}  # how far from 1 the cosine of E s and x may be
INSENSITIVE = {"deconvnet": 0.15, "guided": 0.03}  # how far from 1 that of the pictures of two logits
UNCHANGED = 0.1  # how far a cosine may move and be "basically unchanged"
NOISE = 0.05  # of the part of the pictures' energy that their mean holds
LESS = 0.2  # margin of a ratio of distances
CROSSED, FEW = 15, 4  # ReLU layers of VGG-16, and of a network that is told from it
LOGITS, LOGITS_OF_OTHERS = 3, 4  # whose pictures are compared, all pairs: of the picture, and of smaller ones
FILTERS, KERNEL = 64, 3  # of the first layer


def run(study):
    at_least(study.image, 32)
    image = suitable(study.image)
    networks, epsilon = study.settings["networks"], study.settings["epsilon"]
    groups = study.draw("photograph", partial(chunk, image, epsilon), networks, 1)
    returned(study, image, groups)
    classes(study, groups)
    attack(study, groups, epsilon)
    others(study, image, networks, study.settings["side"])
    panel(study, image)


def network(rng, image):
    """VGG-16 with He's weights and no biases; its size is that of the image."""
    size = image.shape[1]
    return accelerate(vgg16(initialise.draw(vgg16_shapes(biases=False, size=size), "he", rng=rng), size=size))


def chunk(image, epsilon, rng, trials):
    """Sums over networks: pictures along x; mean cosine and distance of two logits' pictures, and of one before and
    after FGSM.
    """
    sums = {rule: PictureSums(image=image, limit=guided_mean(image, KERNEL, 1, 1)) for rule in RULES}
    alike = {rule: np.zeros(4) for rule in RULES}
    for _ in range(trials):
        net = network(rng, image)
        found = pictures(net, image, range(LOGITS))
        attacked = image + epsilon * np.ptp(image) * np.sign(found["saliency"][0])
        after = pictures(net, attacked, (0,))
        for rule, all_logits in found.items():
            sums[rule].add(all_logits[0])
            alike[rule] += (*np.mean(spread(all_logits), axis=1), *compared(all_logits[0], after[rule][0]))
    return Sums({rule: Sums(pictures=sums[rule].sums(), alike=alike[rule], count=trials) for rule in RULES})


def returned(study, image, groups):
    """What the pictures hold of x."""
    of = lambda rule, statistic, *names: lambda sums: statistic(sums[rule]["pictures"], *names)
    mean = lambda rule: of(rule, estimates.mean_cosine, "image")
    study.read(
        groups,
        Check(
            "saliency-noise",
            "‖E s‖²/E‖s‖² of saliency: noise only",
            of("saliency", estimates.held),
            NOISE,
            Control("a mean that holds a fifth of the energy", target=0.2),
            HOLDS,
            exact=0.0,
            printed=0.0,
        ),
    )
    for rule, margin in IMAGE.items():
        study.read(
            groups,
            Check(
                f"{rule}-image",
                f"cos(E s, x), {rule}; as printed, every fine-grained detail of x",
                of(rule, estimates.towards, "image"),
                margin,
                Control("0, saliency's", target=0.0),
                REFUTED,
                printed=1.0,
            ),
        )
    study.read(
        groups,
        Check(
            "guided-direction",
            "cosine of E s and Σ D_jᵀŷ_j, the limit of three layers, guided",
            of("guided", estimates.towards, "limit"),
            UNCHANGED,
            Control("0, saliency's", target=0.0),
            REFUTED,
            printed=1.0,
        ),
    )
    shallow = expected_cosine(image, KERNEL, 1, 1, filters=FILTERS)
    study.read(
        groups,
        Check(
            "depth-guided",
            f"E cos(s, x) of guided less that of three layers with the same {FILTERS} filters, {shallow:.3f}",
            lambda sums: mean("guided")(sums) - shallow,
            UNCHANGED,
            Control("saliency in its place", statistic=lambda sums: mean("saliency")(sums) - shallow),
            HOLDS,
            printed=0.0,
        ),
    )
    study.table(
        "recovery",
        rule=list(RULES),
        cosine=[jackknife(groups, mean(rule)) for rule in RULES],
        held=[jackknife(groups, of(rule, estimates.held)) for rule in RULES],
    )


def average(rule, column):
    return lambda sums: sums[rule]["alike"][column] / sums[rule]["count"]


def classes(study, groups):
    """Two logits: cosine and average l2 distance, rule by rule."""
    for rule in INSENSITIVE:
        study.read(groups, insensitive(f"{rule}-classes", rule, "the picture", average(rule, 0)))
        study.read(groups, much_less(f"{rule}-distance", f"{rule} over saliency", over_saliency(rule, 1), LESS, HOLDS))
    study.table(
        "classes",
        rule=list(RULES),
        cosine=[jackknife(groups, average(rule, 0)) for rule in RULES],
        distance=[jackknife(groups, average(rule, 1)) for rule in RULES],
        wide_layers=[depth.class_similarity(rule, CROSSED) for rule in RULES],
    )


def insensitive(name, rule, place, statistic):
    """The cosine of two logits' pictures; a network of four layers would be told from it."""
    few = depth.class_similarity(rule, FEW)
    return Check(
        name,
        f"E cos of the pictures of two logits, {rule}, {place}; {CROSSED} wide layers have "
        f"{depth.class_similarity(rule, CROSSED):.4f}",
        statistic,
        INSENSITIVE[rule],
        Control(f"{few:.3f}, that of {FEW} wide layers", target=few),
        HOLDS,
        printed=1.0,
    )


def over_saliency(rule, column):
    return lambda sums: average(rule, column)(sums) / average("saliency", column)(sums)


def attack(study, groups, epsilon):
    """FGSM on the same networks."""
    for rule, expected in (("deconvnet", REFUTED), ("guided", HOLDS)):
        study.read(
            groups,
            Check(
                f"{rule}-attack",
                f"E cos before and after FGSM, ε = {epsilon:g}, {rule}; as printed, unchanged",
                average(rule, 2),
                UNCHANGED,
                Control("saliency in its place", statistic=average("saliency", 2)),
                expected,
                printed=1.0,
            ),
        )
    study.table(
        "attack",
        rule=list(RULES),
        cosine=[jackknife(groups, average(rule, 2)) for rule in RULES],
        distance=[jackknife(groups, average(rule, 3)) for rule in RULES],
    )


def others(study, image, networks, side):
    """Class-insensitivity on other pictures, all in the same networks."""
    inputs = named_inputs(image, side // 32 * 32, study.result.seed)
    groups = study.draw("others", partial(alike, inputs), networks, 1)
    rows = []
    for name in inputs:
        of = lambda rule, column: lambda sums: sums[name][rule][column] / sums["count"]
        ratio = lambda rule: lambda sums: of(rule, 1)(sums) / of("saliency", 1)(sums)
        for rule in INSENSITIVE:
            estimate = study.read(groups, insensitive(f"{rule}-classes-{name}", rule, f"input {name}", of(rule, 0)))
            apart = study.read(
                groups,
                much_less(f"{rule}-distance-{name}", f"{rule} over saliency, input {name}", ratio(rule), LESS, HOLDS),
            )
            rows.append({"input": name, "rule": rule, "cosine": estimate, "distance": apart})
    study.table("others", **{key: [row[key] for row in rows] for key in rows[0]})


def alike(inputs, rng, trials):
    """Sums over networks of the mean cosine and distance of two logits' pictures, for every input."""
    total = {name: {rule: np.zeros(2) for rule in RULES} for name in inputs}
    for _ in range(trials):
        net = network(rng, next(iter(inputs.values())))
        for name, image in inputs.items():
            for rule, all_logits in pictures(net, image, range(LOGITS_OF_OTHERS)).items():
                total[name][rule] += np.mean(spread(all_logits), axis=1)
    return Sums(count=trials, **{name: Sums(found) for name, found in total.items()})


def panel(study, image):
    """The three rules in one network, and the input."""
    drawn = pictures(network(study.rng("panel"), image), image, (0,))
    study.picture("x", image)
    for rule, [picture] in drawn.items():
        study.picture(rule, picture)
    study.table("panel", rule=list(RULES), cosine=[cosine(drawn[rule][0], image) for rule in RULES])


def needs(settings, shape, budget):
    networks, side = settings["networks"], takes.corner(shape, 224)[-1]
    other = min(settings["side"], side)
    passes = 15 * (side / 224) ** 2 + 65 * (other / 224) ** 2
    return Needs(2**30, networks * (2e9 + 1.5e10 * passes))


CLAIM = Claim(
    id="vgg16",
    title="VGG-16 with random weights",
    source="Nie et al. 2018, section 'Impact of Max-Pooling and Network Depth', 'average l2 distance "
    "statistics', 'Adversarial Attack on VGG'",
    statement="In a random VGG-16 guided and DeconvNet pictures recover x, for every class alike and "
    "under attack; saliency is noise.",
    printed="behaviours basically unchanged by depth; guided and DeconvNet reconstruct every detail of x",
    exact="measured; 15 layers of equal width and no pooling would give two logits a cosine of "
    "0.9999 (guided), 0.923 (DeconvNet)",
    run=run,
    needs=needs,
    seconds=176,
    settings=(
        Setting("networks", 32, "random networks, at any budget", least=32),
        Setting("epsilon", 0.01, "FGSM's step over the range of x", least=0.0001, most=1),
        Setting("side", 64, "pixels of the other pictures", least=32, most=224),
    ),
)
