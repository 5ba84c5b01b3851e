"""What is to be explained: a class, by number or name, the most probable ones, or a hidden unit."""

import re
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np

from sims.system.errors import InputError

ACCEPTED = (
    "accepted: a class by number (281) or name (tabby), the most probable ones (top3), or LAYER:CHANNEL[,ROW,COLUMN]"
)
MOST = 20  # classes at once


@dataclass(frozen=True)
class Target:
    """One target of one picture: where the backward pass starts, what that is called, and the one to compare with.

    `at` is the name of a node, None for the logits; `place` is what theory.networks takes as a target there, and
    `rival` another: of classes the most probable other one, of units the most active other channel at the same place.
    """

    name: str
    at: str | None
    place: int | tuple[int, int, int] | tuple[int]
    rival: int | tuple[int, int, int] | tuple[int]
    rival_name: str


def targets_of(words, network, inputs, logits, classes):
    """The targets that `words`, a list, mean at one input (1, C, H, W) with its logits (K,)."""
    found = []
    for word in words:
        hidden = ":" in word and word.casefold() not in map(str.casefold, classes)
        found += _hidden(word, network, inputs) if hidden else _classes(word, logits, classes)
    return list({(each.at, each.place): each for each in found}.values())


def named(number, classes):
    """A class in words: its first name and its number."""
    return f"{classes[number].split(',')[0]} ({number})"


def _classes(word, logits, classes):
    order = np.argsort(-logits, kind="stable")
    rival = lambda number: next(int(other) for other in order if other != number)
    for number in _numbers(word, order, classes):
        yield Target(named(number, classes), None, number, rival(number), named(rival(number), classes))


def _numbers(word, order, classes):
    """The classes that a word means."""
    top = re.fullmatch(r"top(\d{1,9})", word)
    if top:
        count = int(top[1])
        if not 1 <= count <= min(MOST, len(order)):
            raise InputError(f"--target {word}: top1 to top{min(MOST, len(order))} are shown")
        return [int(number) for number in order[:count]]
    if re.fullmatch(r"\d{1,9}", word):
        if int(word) >= len(order):
            raise InputError(f"--target {word}: this network has the classes 0 to {len(order) - 1}")
        return [int(word)]
    return [_by_name(word, classes)]


def _by_name(word, classes):
    """The number of the class of this name, or of the only one that has it as a part."""
    wanted = word.casefold().strip()
    names = {number: [part.strip().casefold() for part in name.split(",")] for number, name in enumerate(classes)}
    same = [number for number, own in names.items() if wanted in own]
    if len(same) == 1:
        return same[0]
    found = same or [number for number, own in names.items() if any(wanted in part for part in own)]
    if len(found) == 1:
        return found[0]
    if found:
        some = ", ".join(named(number, classes) for number in found[:5])
        raise InputError(f"--target {word!r} is {len(found)} classes: {some}{', …' * (len(found) > 5)}; give a number")
    near = get_close_matches(wanted, [part for own in names.values() for part in own], 3, 0.5)
    raise InputError(f"no class {word!r}" + (f"; did you mean {', '.join(near)}?" if near else f"; {ACCEPTED}"))


def _hidden(word, network, inputs):
    """The unit LAYER:CHANNEL[,ROW,COLUMN], at its maximum unless a place is told."""
    layer, _, rest = word.rpartition(":")
    if not re.fullmatch(r"\d{1,9}(,\d{1,9},\d{1,9})?", rest):
        raise InputError(f"--target {word!r}: a hidden unit is LAYER:CHANNEL or LAYER:CHANNEL,ROW,COLUMN")
    try:
        outputs = network.forward(inputs, until=layer).output[0]
    except ValueError as problem:
        raise InputError(f"--target {word}: {problem}; --list-layers names them") from None
    channel, *place = map(int, rest.split(","))
    if outputs.ndim not in (1, 3) or (place and outputs.ndim == 1):
        raise InputError(f"--target {word}: {layer} has outputs of the shape {outputs.shape}")
    if channel >= len(outputs) or any(each >= length for each, length in zip(place, outputs.shape[1:])):
        raise InputError(f"--target {word}: {layer} has outputs of the shape {outputs.shape}")
    if outputs.ndim == 3 and not place:
        place = [int(each) for each in np.unravel_index(outputs[channel].argmax(), outputs.shape[1:])]
    beside = outputs[(slice(None), *place)]
    other = next((int(each) for each in np.argsort(-beside, kind="stable") if each != channel), channel)
    at = lambda number: (number, *place) if place else number
    words = f" at ({place[0]}, {place[1]})" if place else ""
    yield Target(f"{layer}:{channel}{words}", layer, at(channel), at(other), f"{layer}:{other}{words}")
