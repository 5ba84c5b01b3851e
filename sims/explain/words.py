"""What is said of an explanation, alike on figures, on pages and on the console."""

from sims.explain import looks
from sims.report.figures.canvas import two

SHORT = {"input": "x", "first_layer": "1st layer", "other_class": "other class", "trained": "trained"}
SHORT |= {"random_above": "random above", "random_above_distance": "its distance"}
LONG = {
    "input": "cosine with what the network is given, x",
    "first_layer": "cosine with what its first layer alone redraws: its activations put back through its filters",
    "other_class": "cosine with the map of another class, or unit: at 1 the map does not depend on it",
    "trained": "cosine with the map of the trained network",
    "random_above": "guided and deconvnet: cosine with what random layers above its first layer draw on average, a law",
    "random_above_distance": "the angle to that average, over its standard deviation under random layers: 1 is theirs",
}


def by_target(maps):
    """{target: its maps}, in order."""
    rows = {}
    for each in maps:
        rows.setdefault(each.target, []).append(each)
    return rows


def numbers(each, untrained):
    """A map's cosines in words, one by one, in brackets those of untrained networks."""
    beside = untrained.get((each.method, each.target.name), {})
    for name, value in each.numbers.items():
        yield f"{label(name, each.target)} {number(value)}" + (f" ({number(beside[name])})" if name in beside else "")


def label(name, target):
    """What a number is called beside a map of a class, or of a hidden unit."""
    return "other unit" if name == "other_class" and target.at is not None else SHORT[name]


def number(value):
    """A cosine to two digits, or what stands where there is none."""
    return "–" if value is None else two(value)


def heading(each):
    """A map's method, the layer whose maps it weighs, if it does, and what is odd about it."""
    remark = looks.said(each.map)
    return each.method + (f" at {each.layer}" if each.layer else "") + (f": {remark}" if remark else "")


def legend(request):
    """What the numbers beside maps are, a line each."""
    named = [name for name in LONG if name != "trained" or request.redrawn_from]
    lines = [f"{SHORT[name]}: {LONG[name]}" for name in named]
    return lines + [f"in brackets: the same, mean of {request.untrained} untrained networks"] * bool(request.untrained)


def setting(explainer):
    """Which network it was, and what was done to it."""
    published, request = explainer.published, explainer.request
    drawn = f"; weights drawn at random from {request.redrawn_from} up" if request.redrawn_from else ""
    return f"{published.name}, {coverage(published.network)}{drawn}; seed {request.seed}"


def coverage(network):
    """At how many nonlinearities a rule acts, in words."""
    acting, others = network.activations(), network.uncovered()
    words = f"rule applied at {len(acting)} of {len(acting) + len(others)} activations"
    return words + (f"; not at {', '.join(others)}" if others else "")


def given(preprocess):
    """How a picture becomes the network's input."""
    order = "blue, green, red" if preprocess.bgr else "red, green, blue"
    mean, std = (", ".join(f"{value:g}" for value in each) for each in (preprocess.mean, preprocess.std))
    return (
        f"{preprocess.size}×{preprocess.size} pixels of a central square, {preprocess.crop:g} of the shorter side; "
        f"{order}, less ({mean}), over ({std})"
    )


def classes(explanation, count=None):
    """What the network sees."""
    return ", ".join(f"{name} {share:.0%}" for name, share in explanation.predicted[:count])
