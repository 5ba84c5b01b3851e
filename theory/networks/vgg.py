"""VGG-16 (Simonyan & Zisserman 2015, column D), in torchvision's layout and naming."""

from collections.abc import Iterator

from theory.networks.chains import Sequential
from theory.networks.stacks import cnn
from theory.networks.state_dict import Shapes, Tensors, checked

# The widths of VGG-16's convolutions, stage by stage: a 2×2 max-pooling ends each stage (Simonyan & Zisserman 2015,
# Table 1, column D). Torchvision counts every convolution, ReLU and pooling as one of its `features`.
VGG16_STAGES = (64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)


VGG16_DENSE = {"classifier.0": (4096, 25088), "classifier.3": (4096, 4096), "classifier.6": (1000, 4096)}


def vgg16_shapes(biases: bool = True, size: int = 224) -> Shapes:
    """VGG-16's tensors, {name: shape} with torchvision's names: 138,357,544 parameters in 32 tensors at 224×224.

    For inputs of another size, a multiple of 32, the first dense layer takes what the last pooling leaves.
    """
    if size < 32 or size % 32:
        raise ValueError(f"VGG-16 takes sizes that are multiples of 32, not {size}")
    dense = VGG16_DENSE | {"classifier.0": (4096, 512 * (size // 32) ** 2)}
    weights = {name: (*shape, 3, 3) for name, shape in _vgg16_convolutions()} | dense
    shapes: Shapes = {}
    for name, shape in weights.items():
        shapes[f"{name}.weight"] = shape
        if biases:
            shapes[f"{name}.bias"] = shape[:1]
    return shapes


def _vgg16_convolutions() -> Iterator[tuple[str, tuple[int, int]]]:
    """The name of each convolution and its (out, in)."""
    place, inputs = 0, 3
    for stage in VGG16_STAGES:
        for outputs in stage:
            yield f"features.{place}", (outputs, inputs)
            place, inputs = place + 2, outputs
        place += 1


def vgg16(weights: Tensors, size: int = 224) -> Sequential:
    """VGG-16 (Simonyan & Zisserman 2015, column D) for inputs (B, 3, size, size), 1000 logits.

    weights maps the names of `vgg16_shapes` to arrays; all biases may be left out, together. ValueError names a tensor
    that is missing, unexpected, or of another shape. The arrays are not copied if they are float32 or float64; pass
    inputs of the same type. Dropout is the identity, and so, at 224×224, is torchvision's adaptive pooling to 7×7;
    other sizes have a first dense layer of their own. In float32 the weights take 528 MiB, a pass of one input 200 MiB
    more.
    """
    biased = any(name.endswith(".bias") for name in weights)
    weights = checked(weights, vgg16_shapes(biased, size))
    names = [name for name, _ in _vgg16_convolutions()]
    return cnn(
        [weights[f"{name}.weight"] for name in names],
        [weights[f"{name}.weight"] for name in VGG16_DENSE],
        biases=[weights.get(f"{name}.bias") for name in (*names, *VGG16_DENSE)],
        paddings=1,
        pools=[2 if last else None for stage in VGG16_STAGES for last in [False] * (len(stage) - 1) + [True]],
        input_shape=(3, size, size),
    )
