"""What a user gives to claims on trained networks, and which of them that does not suffice for."""

import json
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sims.data.photographs import Photographs
from sims.networks.published import EXTRA, NAMES

VGG16 = "vgg16"
WEIGHTS = "VGG-16's weights: --weights FILE (.pth or .safetensors; its convolutions do), and their --preprocess"


@dataclass(frozen=True)
class Given:
    """Photographs, the file of VGG-16's weights if there is one, and the preset by which it is shown pictures."""

    photographs: Photographs
    weights: str | None = None
    preprocess: str = "torchvision"


def missing(claim, settings, given, folder):
    """Why a claim can't be run with what is given, or would replace a result below `folder` that is made from more;
    None if it can.
    """
    for name in claim.networks:
        package = NAMES[name].package
        if name == VGG16 and given.weights is None:
            return f"it takes {WEIGHTS}"
        if package and find_spec(package) is None:
            return f"it takes the weights of {name}: {EXTRA}"
    if claim.labelled and not any(each.label is not None for each in given.photographs):
        return "it takes photographs whose classes are known: --images FOLDER (names begin with ImageNet's synsets)"
    least = {setting.name: setting.least for setting in claim.settings}.get("photographs", 0)
    if len(given.photographs) < least:
        return f"it takes {least} photographs or more, these are {len(given.photographs)}: --images FOLDER"
    before = used(claim, folder)
    here = min(len(given.photographs), settings.get("photographs", 0))
    if here < before:
        return (
            f"its result is of {before} photographs, these are {here}: --images FOLDER gives more, --out another place"
        )
    return None


def used(claim, folder):
    """How many photographs the result of a claim below `folder` was made with; 0 without one."""
    path = Path(folder) / "results" / f"{claim.id}.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))["sources"]["photographs"]["number"]
    except (OSError, ValueError, KeyError, TypeError):
        return 0
