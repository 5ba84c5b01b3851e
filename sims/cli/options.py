"""What the command line takes: types of options, the settings of claims, and the picture; each refused in one line."""

import argparse
import os
from difflib import get_close_matches

from sims.data import images
from sims.system import files
from sims.system.errors import InputError


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def picture_options(command):
    command.add_argument(
        "--image",
        default="photograph",
        metavar="PATH|NAME",
        help="a PNG or JPEG file (grey or colour), a .npy array, or one of: "
        + "; ".join(f"{name} ({text})" for name, text in images.NAMED.items()),
    )
    command.add_argument(
        "--size",
        type=natural("--size"),
        default=224,
        help="pixels per side that a picture is resized to (default: 224)",
    )
    command.add_argument(
        "--seed", type=natural("--seed", least=0), default=0, help="a non-negative integer (default: 0)"
    )


def output_option(command):
    command.add_argument(
        "--out", default="out", metavar="DIR", help="folder of results/, figures/ and paper_checks.md (default: out)"
    )


def natural(option, least=1):
    """The type of an option that is an integer of at least `least`."""

    def convert(text):
        if not text.isascii() or not text.isdigit() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be an integer of at least {least}, not {text!r}")
        return int(text)

    return convert


def like(setting):
    """The type of a claim's setting: that of its default, at least setting.least."""
    kind = type(setting.default[0] if isinstance(setting.default, tuple) else setting.default)

    def convert(text):
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not setting.least <= value < float("inf"):
            raise argparse.ArgumentTypeError(
                f"takes {'whole ' if kind is int else ''}numbers of at least {setting.least:g}, not {text!r}"
            )
        return value

    return convert


def chosen(names, claims):
    """The claims of these names, all if there are none; InputError with the nearest names."""
    for name in names:
        if name not in claims:
            near = get_close_matches(name, claims, 3, 0.4) or list(claims)
            raise InputError(f"no claim {name!r}; did you mean {', '.join(near)}? 'list' shows all")
    return [claim for claim in claims.values() if claim.id in names or not names]


def settings_of(claim, options):
    """The settings of a claim, as the options say; InputError for several values where one is taken."""
    found = {}
    for setting in claim.settings:
        given = getattr(options, setting.name)
        many = isinstance(setting.default, tuple)
        if given and len(given) > 1 and not many:
            raise InputError(
                f"--{setting.name} takes one number in claim {claim.id}, not {len(given)}; name the claims "
                "that it is for"
            )
        found[setting.name] = setting.default if not given else tuple(given) if many else given[0]
    return found


def unclaimed(run, options, claims):
    """InputError if a setting was given that no claim of this run has."""
    for name in {setting.name for claim in claims.values() for setting in claim.settings}:
        if getattr(options, name) and not any(setting.name == name for claim in run for setting in claim.settings):
            owners = [claim.id for claim in claims.values() if any(setting.name == name for setting in claim.settings)]
            raise InputError(
                f"--{name} is no setting of {', '.join(claim.id for claim in run)}; it belongs to {', '.join(owners)}"
            )


def load_picture(options, kernel):
    """The picture that the options name, (C, size, size), and its name for results; InputError says what is wrong."""
    name = options.image if options.image in images.NAMED else os.path.basename(options.image)
    return images.load(options.image, options.size, kernel, options.seed), name


def largest_kernel(settings):
    """The largest kernel among the settings of several claims, at least 1."""
    given = [each.get("kernel", 1) for each in settings] + [k for each in settings for k in each.get("kernels", ())]
    return max(given, default=1)


def check_folder(folder):
    """InputError if `folder` can't be written."""
    try:
        files.check_writable(folder)
    except OSError as problem:
        raise InputError(f"--out {folder} can't be written ({problem.strerror}); give a folder that can") from None
