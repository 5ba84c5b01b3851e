"""An explanation as a document: what a JSON file says of one picture."""

from sims.explain import looks
from sims.explain.explanation import coverage
from sims.explain.redrawn import NUMBERS


def document(explanation, published, request, look, file):
    """{what was asked, what the network sees, and of every map its numbers}: JSON, numbers as they are."""
    return {
        "file": file,
        "network": published.name,
        "weights_sha256": published.digest,
        "input": settings(published.preprocess),
        "redrawn_from": request.redrawn_from,
        "seed": request.seed,
        "activations": coverage(published.network),
        "shown": look.words(),
        "predicted": [{"class": name, "probability": share} for name, share in explanation.predicted],
        "numbers": NUMBERS,
        "maps": [of_map(each, explanation.untrained) for each in explanation.maps],
    }


def settings(preprocess):
    """How a picture became the network's input."""
    return {**vars(preprocess)}


def of_map(each, untrained):
    return {
        "method": each.method,
        "target": each.target.name,
        "other": each.target.rival_name,
        "shape": list(each.map.shape),
        "remark": looks.said(each.map),
        "largest": float(abs(each.map).max()),
        **{name: value for name, value in each.numbers.items()},
        "untrained": untrained.get((each.method, each.target.name)),
    }
