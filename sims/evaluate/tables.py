"""What was found of many photographs, as rows: every method's means, and the differences between methods."""

from itertools import combinations

from sims.evaluate import intervals
from sims.evaluate.measures import MEASURES, NEITHER, shown

CONFIDENCE = "1 − confidence"  # the baseline: how unsure the network is of itself


def means(found, errors):
    """Rows {"measure", "method", "number", "better", "chance", "needed", and those of an Estimate}.

    `errors` is what `of_errors` gives.
    """
    rows = []
    for measure, methods in found.numbers.items():
        for method, subjects in methods.items():
            for key in keys(methods):
                estimate = intervals.mean([each[key] for each in subjects.values()])
                rows.append(of_method(measure, key, method, estimate))
    for key, (own, _) in errors.items():
        rows += [of_method("boundary", key, name, each) for name, each in own.items()]
    return rows


def of_method(measure, key, method, estimate):
    chance = MEASURES[measure].chance.get(key)
    found = row(measure, key, estimate, method=method, better=shown(measure, [key]).get(key, NEITHER))
    return found | {"chance": chance, "needed": None if chance is None else estimate.needed(chance)}


def differences(found, errors):
    """Rows {"measure", "number", "one", "other", "needed", and those of an Estimate} of one less other, paired."""
    rows = []
    for measure, methods in found.numbers.items():
        for key in shown(measure, keys(methods)):
            if key in MEASURES[measure].chance and measure == "perturbation":
                continue  # the same as the differences of MoRF and LeRF themselves
            for one, other in combinations(methods, 2):
                values = ([methods[name][each][key] for each in methods[one]] for name in (one, other))
                rows.append(difference(measure, key, one, other, intervals.difference(*values)))
    for key, (_, pairs) in errors.items():
        rows += [difference("boundary", key, *names, each) for names, each in pairs.items()]
    return rows


def keys(methods):
    """The keys of a measure's numbers."""
    return list(next((each for subjects in methods.values() for each in subjects.values()), {}))


def of_errors(found, seed):
    """Boundary shares, and the network's own confidence, as tests of errors: see sims.evaluate.intervals.aucs."""
    if "boundary" not in found.numbers:
        return {}
    labelled = {name: each for name, each in found.predictions.items() if each["correct"] is not None}
    scores = {
        method: [subjects[name]["share"] for name in labelled] for method, subjects in found.numbers["boundary"].items()
    }
    scores[CONFIDENCE] = [1 - each["confidence"] for each in labelled.values()]
    return intervals.aucs(scores, [each["correct"] for each in labelled.values()], seed)


def row(measure, key, estimate, **names):
    values = {name: getattr(estimate, name) for name in ("value", "low", "high", "images", "without")}
    return {"measure": measure, "number": key, **names, **values}


def difference(measure, key, one, other, estimate):
    return row(measure, key, estimate, one=one, other=other) | {"needed": estimate.needed()}


def single(found):
    """Rows of every number of every photograph or mosaic, with its prediction: {"image", "measure", "method", "number",
    "value"}.
    """
    for name, prediction in found.predictions.items():
        for key, value in prediction.items():
            yield {"image": name, "measure": "prediction", "method": "", "number": key, "value": value}
    for measure, methods in found.numbers.items():
        for method, subjects in methods.items():
            for name, numbers in subjects.items():
                for key, value in numbers.items():
                    yield {"image": name, "measure": measure, "method": method, "number": key, "value": value}
