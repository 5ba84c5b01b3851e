"""What `verify` takes for claims on trained networks, and the claims that are kept because it is not there."""

from sims.data import photographs
from sims.networks.preprocess import PRESETS
from sims.system import files
from sims.system.errors import InputError
from sims.trained.given import Given, missing

ACCEPTED = "accepted: a .safetensors file, or a state dict of PyTorch's (.pth)"


def given_options(command):
    group = command.add_argument_group("what claims on trained networks are given")
    group.add_argument(
        "--images",
        metavar="FOLDER",
        help="photographs, PNG or JPEG; results of fewer never replace those of more (default: those that ship with "
        "installed packages)",
    )
    group.add_argument(
        "--weights",
        metavar="FILE",
        help="VGG-16's, .pth or .safetensors; without them claims on it are kept as they are",
    )
    group.add_argument(
        "--preprocess",
        choices=PRESETS,
        default=Given.preprocess,
        help=f"the convention of pictures that goes with these weights (default: {Given.preprocess})",
    )


def given(options):
    """What the options give; InputError for a folder without pictures, and for a file that is not there."""
    if options.weights is not None:
        files.check_readable(options.weights, "weights file", ACCEPTED)
    found = photographs.packaged() if options.images is None else photographs.of_folder(options.images)
    return Given(found, options.weights, options.preprocess)


def possible(run, settings, given, folder):
    """The claims of a run that can be run, and a line for every reason for which others are kept as they are.

    InputError if none is left.
    """
    reasons = {claim.id: missing(claim, settings[claim.id], given, folder) for claim in run}
    lines = []
    for reason in dict.fromkeys(filter(None, reasons.values())):
        names = [name for name, own in reasons.items() if own == reason]
        lines.append(f"kept as {'they are' if len(names) > 1 else 'it is'}: {', '.join(names)}; {reason}")
    left = [claim for claim in run if not reasons[claim.id]]
    if not left:
        raise InputError("; ".join(lines))
    return left, lines
