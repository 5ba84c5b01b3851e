"""The command `evaluate`: attribution methods measured on many photographs, with intervals."""

import os
import time

from rich.console import Console

from sims.cli.options import MOST_SEED, MOST_WORKERS, check_folder, cores, different, natural
from sims.data import photographs
from sims.evaluate import boxes, words
from sims.evaluate.evaluator import Evaluator
from sims.evaluate.measures import MEASURES
from sims.evaluate.redrawing import LAWS, NORMALISATIONS
from sims.evaluate.run import Plan
from sims.evaluate.settings import Asked, Settings
from sims.evaluate.write import write
from sims.networks import published
from sims.random import stream
from sims.system.errors import InputError
from sims.system.progress import bar
from sims.system.store import Store
from theory.attribution import METHODS
from theory.attribution.reductions import REDUCTIONS

STORE = "finished"  # in --out
DEFAULT = "saliency", "deconvnet", "guided"
WRITTEN = "means.csv", "differences.csv", "images.csv", "run.json"


def add_evaluate(commands):
    command = commands.add_parser(
        "evaluate",
        help="measure attribution methods on a folder of photographs, with intervals",
        description="Measure attribution methods on many photographs: means with 95 % intervals, paired differences "
        "between methods, how many photographs would decide those that are open, and a figure for each measure. Every "
        "finished photograph is on disk: after Ctrl-C the same command goes on where it was.",
        epilog="For example: gbp-theory evaluate --images FOLDER --limit 50 --method saliency guided. Folders are "
        "ImageNet's (synsets' folders, or the flat validation set), flat ones with --labels, or any pictures; names "
        "that begin with a synset (n01440764_tench.jpg) have labels. Without --images: the photographs that ship with "
        "installed packages. Measures: " + "; ".join(f"{name}, {each.what}" for name, each in MEASURES.items()),
    )
    command.set_defaults(command=evaluate)
    _subject_options(command)
    _question_options(command)
    command.add_argument(
        "--seed", type=natural(least=0, most=MOST_SEED), default=0, help="of everything that is random (default: 0)"
    )
    command.add_argument(
        "--workers", type=natural(most=MOST_WORKERS), default=cores(), help="processes (default: every core)"
    )
    _cascade_options(command.add_argument_group("of the cascade"))
    command.add_argument("--out", default="out/evaluate", metavar="DIR", help="folder (default: out/evaluate)")


def _subject_options(command):
    """The network, the photographs, and what is known of them."""
    command.add_argument("--network", default="efficientnet-lite0", help=f"one of {', '.join(published.NAMES)}")
    command.add_argument("--weights", metavar="FILE", help="a state dict, .pth or .safetensors")
    command.add_argument("--images", metavar="FOLDER", help="photographs, PNG or JPEG")
    command.add_argument(
        "--labels",
        metavar="FILE",
        help="CSV: columns file and label (a class's number, or synset), or index and synset",
    )
    command.add_argument(
        "--boxes", metavar="FOLDER", help="Pascal-VOC XML files, or a CSV file: columns file, xmin, ymin, xmax, ymax"
    )
    command.add_argument(
        "--limit", type=natural(most=10**9), metavar="N", help="so many of the photographs, at random; more add to them"
    )


def _question_options(command):
    """Which maps, and what is measured of them."""
    command.add_argument(
        "--method", nargs="+", choices=METHODS, default=list(DEFAULT), help=f"which maps (default: {' '.join(DEFAULT)})"
    )
    command.add_argument(
        "--channels",
        choices=REDUCTIONS,
        default=Asked.channels,
        help="how a map in colours becomes one of a single channel; sum keeps the signs (default: sum)",
    )
    command.add_argument(
        "--measure",
        nargs="+",
        choices=MEASURES,
        help="which measures (default: those that need nothing, and not cascade)",
    )


def _cascade_options(group):
    given = Settings()
    group.add_argument("--stages", type=natural(most=200), default=given.stages, help="layers (default: 4)")
    group.add_argument("--draws", type=natural(most=100), default=given.draws, help="independent ones (default: 2)")
    group.add_argument(
        "--law", choices=LAWS, default=given.law, help="of the weights: normal with a layer's own mean and deviation, "
        "or a permutation of its own (default: normal)",
    )  # fmt: skip
    group.add_argument(
        "--normalisation", choices=NORMALISATIONS, default=given.normalisation,
        help="batch normalisation's scale and shift behind a redrawn layer; its statistics are kept (default: kept)",
    )  # fmt: skip


def evaluate(options, claims):
    different("--method", options.method)
    different("--measure", options.measure or ())
    chosen = limited(folder_of(options), options.limit, options.seed)
    places = boxes.read(options.boxes, chosen) if options.boxes else {}
    usable = {name: place for name, found in places.items() if (place := boxes.usable(found))}
    labelled = any(each.label is not None for each in chosen)
    measures = options.measure or usual(bool(usable), labelled)
    check_needs(measures, labelled, places, usable)
    names = ("seed", "stages", "draws", "law", "normalisation")
    settings = Settings(**{name: getattr(options, name) for name in names})
    methods = {name: Asked(name, channels=options.channels) for name in options.method}
    evaluator = Evaluator(published.load(options.network, options.weights), methods, settings)
    check_folder(options.out, (STORE,))
    plan = Plan(evaluator, chosen, tuple(measures), usable, Store(os.path.join(options.out, STORE)))
    found, seconds = performed(plan, options.workers)
    check_mosaics(found)
    means, differences = write(plan, found, options.out)
    show(plan, found, means, differences, seconds, options.workers)
    print(*(os.path.join(options.out, name) for name in (*WRITTEN, *(f"{name}.svg" for name in measures))), sep="\n")
    return 0


def folder_of(options):
    if options.images is None:
        if options.labels:
            raise InputError("--labels is for a folder of photographs; give --images FOLDER, too")
        return photographs.packaged()
    return photographs.of_folder(options.images, options.labels)


def limited(found, limit, seed):
    """So many photographs at random, in their order; the first of more are the same."""
    if limit is None or limit >= len(found):
        return found
    places = sorted(stream(seed, "evaluate", "limit").permutation(len(found))[:limit].tolist())
    return photographs.Photographs(found[place] for place in places)


def usual(boxed, labelled):
    """The measures that are taken where none is named: those that take a few seconds, and find what they need."""
    there = {"perturbation": True, "classes": True, "pointing": boxed, "boundary": labelled}
    return [name for name in MEASURES if there.get(name)]


def check_needs(measures, labelled, places, usable):
    """InputError for a measure that needs what is not there."""
    if "pointing" in measures and not usable:
        found = f"of {len(places)} photographs with boxes none has a single one of half the picture at most"
        raise InputError(f"--measure pointing: {found if places else 'it needs --boxes'}; {boxes.ACCEPTED}")
    if "boundary" in measures and not labelled:
        raise InputError(
            "--measure boundary tells wrong predictions from right ones: it needs labels; give --labels FILE"
        )


def check_mosaics(found):
    """InputError if a grid was asked for and no mosaic could be made."""
    if "grid" in found.numbers and not any(found.numbers["grid"].values()):
        raise InputError(
            "--measure grid: fewer than four photographs of different classes that the network is sure of; "
            "give more photographs"
        )


def performed(plan, workers):
    """Found, and the seconds that it took."""
    began = time.monotonic()
    with bar() as shown:
        tasks = {}

        def told(what, done, total):
            if what not in tasks:
                tasks[what] = shown.add_task(what, total=total)
            shown.update(tasks[what], completed=done)

        return plan.run(workers, told), time.monotonic() - began


def show(plan, found, means, differences, seconds, workers):
    """The tables, and what is still open."""
    of = plan.evaluator.published
    print(f"{of.name}, weights {of.digest[:16]}…; {words.accuracy(found)}")
    Console(width=160).print(words.table(means))
    for line in words.undecided(means, differences):
        print(line)
    print(words.speed(found, seconds, workers))
