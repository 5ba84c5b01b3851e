"""ResNet-50 (He et al. 2016) and its like, in torchvision's layout and naming: the stride is in the 3×3 convolution."""

from collections.abc import Iterator
from dataclasses import dataclass

from theory.layers.activations import ReLU
from theory.layers.linear import Conv2d, Linear
from theory.layers.normalisation import BatchNorm2d
from theory.layers.pooling import AveragePool2d, MaxPool2d
from theory.layers.protocol import Layer
from theory.layers.shaping import Flatten
from theory.networks.chains import Link, Residual, Sequential
from theory.networks.state_dict import Shapes, Tensors, checked

Blocks = tuple[int, ...]  # so many per stage
NORM = "weight", "bias", "running_mean", "running_var"


@dataclass(frozen=True)
class Bottleneck:
    """A block: 1×1 convolution to `width`, 3×3 with `stride`, 1×1 to 4·width, each normalised; ReLU after the sum."""

    name: str
    inputs: int
    width: int
    stride: int

    EXPANSION = 4

    @property
    def outputs(self) -> int:
        return self.EXPANSION * self.width

    @property
    def projects(self) -> bool:
        """Whether the skip path needs a convolution: another shape comes out than goes in."""
        return self.stride != 1 or self.inputs != self.outputs

    def shapes(self) -> Shapes:
        """The block's tensors, {name: shape}."""
        return {
            **_shapes(f"{self.name}.conv1", f"{self.name}.bn1", self.width, self.inputs, 1),
            **_shapes(f"{self.name}.conv2", f"{self.name}.bn2", self.width, self.width, 3),
            **_shapes(f"{self.name}.conv3", f"{self.name}.bn3", self.outputs, self.width, 1),
            **(_shapes(*self._downsample, self.outputs, self.inputs, 1) if self.projects else {}),
        }

    def layers(self, weights: Tensors) -> list[Link]:
        """The block's layers."""
        branch = [
            *_normalised(weights, f"{self.name}.conv1", f"{self.name}.bn1"),
            ReLU(),
            *_normalised(weights, f"{self.name}.conv2", f"{self.name}.bn2", self.stride, padding=1),
            ReLU(),
            *_normalised(weights, f"{self.name}.conv3", f"{self.name}.bn3"),
        ]
        skip = _normalised(weights, *self._downsample, self.stride) if self.projects else []
        return [Residual(branch, skip), ReLU()]

    @property
    def _downsample(self) -> tuple[str, str]:
        return f"{self.name}.downsample.0", f"{self.name}.downsample.1"


def _shapes(conv: str, norm: str, outputs: int, inputs: int, kernel: int) -> Shapes:
    """The tensors of a convolution without bias and of the batch normalisation after it."""
    return {f"{conv}.weight": (outputs, inputs, kernel, kernel)} | {f"{norm}.{each}": (outputs,) for each in NORM}


def _normalised(weights: Tensors, conv: str, norm: str, stride: int = 1, padding: int = 0) -> list[Layer]:
    """That convolution and batch normalisation."""
    weight, bias, mean, var = (weights[f"{norm}.{each}"] for each in NORM)
    return [Conv2d(weights[f"{conv}.weight"], None, stride, padding), BatchNorm2d(weight, bias, mean, var)]


def _bottlenecks(blocks: Blocks, width: int) -> Iterator[Bottleneck]:
    """The blocks of layer1, layer2, …: a stage is twice as wide as the last, and its first block halves the map."""
    inputs = width
    for stage, count in enumerate(blocks):
        for index in range(count):
            stride = 2 if stage and not index else 1
            block = Bottleneck(f"layer{stage + 1}.{index}", inputs, width * 2**stage, stride)
            inputs = block.outputs
            yield block


def residual_shapes(blocks: Blocks, width: int = 64, classes: int = 1000, channels: int = 3) -> Shapes:
    """The tensors of `residual_network`, {name: shape} with torchvision's names."""
    stages = list(_bottlenecks(blocks, width))
    shapes = _shapes("conv1", "bn1", width, channels, 7)
    for block in stages:
        shapes |= block.shapes()
    return shapes | {"fc.weight": (classes, stages[-1].outputs), "fc.bias": (classes,)}


def residual_network(
    weights: Tensors, blocks: Blocks, width: int = 64, classes: int = 1000, channels: int = 3
) -> Sequential:
    """A residual network of so many bottleneck blocks per stage, for inputs (B, channels, H, W) of any size.

    A 7×7 convolution of stride 2 to `width` maps, 3×3 max-pooling of stride 2, the stages, the mean over all places,
    and a linear readout. weights maps the names of `residual_shapes` to arrays (`num_batches_tracked` is ignored);
    ValueError names a tensor that is missing, unexpected, or of another shape.
    """
    weights = checked(weights, residual_shapes(blocks, width, classes, channels), ignored=[".num_batches_tracked"])
    stem = [*_normalised(weights, "conv1", "bn1", stride=2, padding=3), ReLU(), MaxPool2d(3, stride=2, padding=1)]
    body = [layer for block in _bottlenecks(blocks, width) for layer in block.layers(weights)]
    return Sequential([*stem, *body, AveragePool2d(), Flatten(), Linear(weights["fc.weight"], weights["fc.bias"])])


RESNET50 = 3, 4, 6, 3


def resnet50_shapes() -> Shapes:
    """ResNet-50's tensors, {name: shape}: 25,557,032 parameters and 53,120 running means and variances."""
    return residual_shapes(RESNET50)


def resnet50(weights: Tensors) -> Sequential:
    """ResNet-50 for inputs (B, 3, H, W), 224×224 in ImageNet, 1000 logits; see `residual_network`.

    In float32 the weights take 98 MiB, and a pass of one input of 224×224 another 120 MiB.
    """
    return residual_network(weights, RESNET50)
