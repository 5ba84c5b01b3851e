"""`python -m benchmarks.accuracy --images DIR`: how often a published network names the photographs of a folder.

The folder holds SYNSET_NAME.jpg and classes.csv, with columns index and synset.
"""

import argparse
import csv
from pathlib import Path

import numpy as np

from sims.compiled.layers import accelerate
from sims.networks import preprocess, published

BATCH = 8


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks.accuracy", description=__doc__)
    parser.add_argument("--images", required=True, type=Path, help="the folder of photographs")
    parser.add_argument("--network", default="efficientnet-lite0", help=f"one of {', '.join(published.NAMES)}")
    parser.add_argument("--weights", help="a file of weights, where no package brings them")
    parser.add_argument("--every", type=int, default=1, help="each so many of them, by name")
    options = parser.parse_args()
    found, labels = published.load(options.network, options.weights), of_folder(options.images)
    chosen = dict(list(labels.items())[:: options.every])
    ranks = np.array(list(ranked(found, chosen)))
    print(f"{found.name} ({found.digest[:8]}), {len(ranks)} photographs:", *shares(ranks), sep="\n")


def of_folder(folder):
    """{path: index of its class} of the photographs, by name."""
    with open(folder / "classes.csv", encoding="utf-8") as file:
        index = {row["synset"]: int(row["index"]) for row in csv.DictReader(file)}
    return {path: index[path.name.partition("_")[0]] for path in sorted(folder.glob("*.jpg"))}


def ranked(found, labels):
    """The rank of each photograph's class among the logits, 0 the largest."""
    network, items = accelerate(found.network), list(labels.items())
    for first in range(0, len(items), BATCH):
        paths, classes = zip(*items[first : first + BATCH])
        logits = network(np.stack([found.preprocess(preprocess.read(path)) for path in paths]))
        own = np.take_along_axis(logits, np.array(classes)[:, None], axis=1)
        yield from (logits > own).sum(axis=1)


def shares(ranks):
    """Top-1 and top-5 in per cent, each with its standard error."""
    for count in (1, 5):
        share = np.mean(ranks < count)
        yield f"top-{count} {100 * share:.1f} % ± {100 * np.sqrt(share * (1 - share) / len(ranks)):.1f}"


if __name__ == "__main__":
    main()
