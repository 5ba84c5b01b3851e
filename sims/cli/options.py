"""What the command line takes: types of options, the settings of claims, and the picture; each refused in one line."""

import argparse
import os
from difflib import get_close_matches

from sims.data import images
from sims.study.claim import MOST_PIXELS
from sims.system import files
from sims.system.errors import InputError, short

MOST_SEED = 2**63 - 1  # an integer that every reader of JSON takes
MOST_WORKERS = 1024  # more than a machine has cores
OUTPUT = "results", "figures"  # below --out


def cores():
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def picture_options(command):
    command.add_argument(
        "--image",
        metavar="PATH|NAME",
        help="a PNG or JPEG file (grey or colour), a .npy array, or one of: "
        + "; ".join(f"{name} ({text})" for name, text in images.NAMED.items())
        + " (default: photograph)",
    )
    command.add_argument(
        "--size",
        type=natural(most=MOST_PIXELS),
        default=224,
        help=f"pixels per side that a picture is resized to, up to {MOST_PIXELS} (default: 224)",
    )
    command.add_argument(
        "--seed", type=natural(least=0, most=MOST_SEED), default=0, help="a non-negative integer (default: 0)"
    )


def output_option(command):
    command.add_argument(
        "--out", default="out", metavar="DIR", help="folder of results/, figures/ and paper_checks.md (default: out)"
    )


def whole(text):
    """The whole number that a text is, in plain digits; None if it is none. No setting takes one of over 20 digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


def real(text):
    """The number that a text is; None if it is none."""
    try:
        return float(text) if text.isascii() and "_" not in text else None
    except ValueError:
        return None


def natural(least=1, most=None):
    """The type of an option that is a whole number from `least` to `most`."""

    def convert(text):
        value = whole(text)
        if value is None or not least <= value <= most:
            raise argparse.ArgumentTypeError(f"takes a whole number from {least} to {most}, not {short(text)!r}")
        return value

    return convert


def like(setting):
    """The type of a claim's setting, that of its default; from where to where is the claim's own."""
    read, name = (whole, "whole numbers") if setting.kind is int else (real, "numbers")

    def convert(text):
        value = read(text)
        if value is None:
            raise argparse.ArgumentTypeError(f"takes {name}, {said(setting)}, not {short(text)!r}")
        return value

    return convert


def said(setting):
    """From where to where a setting goes."""
    return f"from {setting.least:.10g} to {setting.most:.10g}"


def chosen(names, claims):
    """The claims of these names, all if there are none; InputError with the nearest names."""
    for name in names:
        if name not in claims:
            near = get_close_matches(name, claims, 3, 0.4) or list(claims)
            raise InputError(f"no claim {short(name)!r}; did you mean {', '.join(near)}? 'list' shows all")
    return [claim for claim in claims.values() if claim.id in names or not names]


def settings_of(claim, options):
    """The settings of a claim, as the options say; InputError for numbers that it can't take."""
    return {setting.name: value_of(setting, getattr(options, setting.name), claim) for setting in claim.settings}


def value_of(setting, given, claim):
    """One setting of a claim: the numbers given, or its default."""
    if not given:
        return setting.default
    option, where = f"--{setting.name}", f"in claim {claim.id}"
    if len(given) > 1 and not setting.several:
        raise InputError(f"{option} takes one number {where}, not {len(given)}; name the claims that it is for")
    for value in given:
        if not setting.least <= value <= setting.most:
            raise InputError(f"{option} takes numbers {said(setting)} {where} ({setting.help}), not {value:.10g}")
    different(option, given)
    if len(given) < setting.distinct:
        raise InputError(f"{option} takes {setting.distinct} or more different numbers {where}, which compares them")
    return tuple(given) if setting.several else given[0]


def different(option, values):
    """InputError for a value that is given twice: rows and pictures are named by it, so that it would stand for two."""
    names = [f"{value:g}" if isinstance(value, float) else value for value in values]
    for value in names:
        if names.count(value) > 1:
            raise InputError(f"{option} has {value} {names.count(value)} times; give different values")


def unclaimed(run, options, claims):
    """InputError if a setting was given that no claim of this run has; it names the option that was meant."""
    for name in sorted({setting.name for claim in claims.values() for setting in claim.settings}):
        owners = having(name, claims.values())
        if getattr(options, name) and not set(owners) & {claim.id for claim in run}:
            other = name.removesuffix("s") if name.endswith("s") else f"{name}s"
            meant = having(other, run)
            raise InputError(
                f"--{name} is no setting of {', '.join(claim.id for claim in run)}; "
                + (f"{', '.join(meant)} takes --{other}" if meant else f"it belongs to {', '.join(owners)}")
            )


def having(name, claims):
    """The ids of the claims that have a setting of this name."""
    return [claim.id for claim in claims if any(setting.name == name for setting in claim.settings)]


def load_picture(options, kernel, stride):
    """The picture that the options name, (C, size, size), and its name for results; InputError says what is wrong."""
    if options.image in images.NAMED and os.path.isfile(options.image):
        raise InputError(
            f"--image {options.image} is a built-in input and a file in this folder; "
            f"give ./{options.image} for the file, or go to another folder for the built-in one"
        )
    if stride > options.size:
        raise InputError(
            f"--stride {stride} is larger than the picture, {options.size} pixels a side; "
            f"give --stride {options.size} or less"
        )
    source = "photograph" if options.image is None else options.image
    return images.load(source, options.size, kernel, options.seed), images.name_of(source)


def largest(name, settings):
    """The largest of a setting among the settings of several claims, in either of its forms, at least 1."""
    given = [each.get(name, 1) for each in settings] + [k for each in settings for k in each.get(f"{name}s", ())]
    return max(given, default=1)


def check_pool(pool, size, kernel, stride):
    """InputError if a pooling window is larger than the map that the convolution gives."""
    positions = (size - kernel) // stride + 1
    if pool is not None and pool > positions:
        raise InputError(
            f"--pool {pool} is larger than the map that it pools, {positions} positions a side; "
            f"give --pool {positions} or less"
        )


def check_folder(folder, below=OUTPUT):
    """InputError if `folder` can't be written, or what is written below it."""
    if not folder:
        raise InputError("--out is empty; give a folder")
    for each in (folder, *(os.path.join(folder, name) for name in below)):
        try:
            files.check_writable(each)
        except (OSError, ValueError) as problem:
            told = getattr(problem, "strerror", problem)
            raise InputError(f"--out: {each} can't be written ({told}); give a folder that can") from None
