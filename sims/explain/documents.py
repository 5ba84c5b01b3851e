"""An explanation as a document: what a JSON file says of one picture."""

from sims.explain import looks, words


def document(explanation, explainer, look, path):
    """{what was asked, what the network sees, and of every map its numbers}: JSON, numbers as they are."""
    published, request = explainer.published, explainer.request
    return {
        "picture": str(path),
        "network": published.name,
        "weights_sha256": published.digest,
        "input": dict(vars(published.preprocess)),
        "redrawn_from": request.redrawn_from,
        "untrained_networks": request.untrained,
        "seed": request.seed,
        "activations": words.coverage(published.network),
        "shown": look.words(),
        "predicted": [{"class": name, "probability": share} for name, share in explanation.predicted],
        "numbers": words.LONG,
        "maps": [of_map(each, explanation.untrained) for each in explanation.maps],
    }


def of_map(each, untrained):
    return {
        "method": each.method,
        "layer": each.layer,
        "target": each.target.name,
        "other": each.target.rival_name,
        "shape": list(each.map.shape),
        "remark": looks.said(each.map),
        "largest": float(abs(each.map).max()),
        **each.numbers,
        "untrained": untrained.get((each.method, each.target.name)),
    }
