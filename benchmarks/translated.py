"""A network of ours in PyTorch, node by node, with the same weights; Captum's guided picture of it."""

import warnings

import torch
from captum.attr import GuidedBackprop

from theory.layers import AveragePool2d, BatchNorm2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, ReLU6, SamePad2d, Sum
from theory.networks import INPUT


class _Guided6(torch.autograd.Function):
    """ReLU6 whose way back is the guided rule's: Captum knows nn.ReLU alone, and passes through a ReLU6 untouched."""

    @staticmethod
    def forward(context, y):
        context.save_for_backward(y)
        return torch.clamp(y, 0, 6)

    @staticmethod
    def backward(context, signal):
        (y,) = context.saved_tensors
        return torch.relu(signal) * ((y > 0) & (y < 6))


class GuidedReLU6(torch.nn.Module):
    def forward(self, y):
        return _Guided6.apply(y)


class _Sum(torch.nn.Module):
    def forward(self, first, *others):
        return sum(others, first)


class _Padded(torch.nn.Module):
    """Zeros around maps, as many as our layer lays around maps of this shape."""

    def __init__(self, layer):
        super().__init__()
        self.margins = layer.margins

    def forward(self, maps):
        (top, bottom), (left, right) = self.margins(tuple(maps.shape))
        return torch.nn.functional.pad(maps, (left, right, top, bottom))


def _convolution(layer):
    outputs, channels = len(layer.weight), layer.channels
    settings = layer.weight.shape[2:], layer.stride, layer.padding, layer.dilation, layer.groups
    return torch.nn.Conv2d(channels, outputs, *settings, bias=layer.bias is not None)


MODULES = {
    AveragePool2d: lambda layer: torch.nn.AdaptiveAvgPool2d(1),
    BatchNorm2d: lambda layer: torch.nn.BatchNorm2d(len(layer.weight), layer.eps),
    Conv2d: _convolution,
    Flatten: lambda layer: torch.nn.Flatten(),
    Linear: lambda layer: torch.nn.Linear(*layer.weight.shape[::-1], bias=layer.bias is not None),
    MaxPool2d: lambda layer: torch.nn.MaxPool2d(layer.size, layer.stride, layer.padding),
    ReLU: lambda layer: torch.nn.ReLU(),
    ReLU6: lambda layer: GuidedReLU6(),
    SamePad2d: _Padded,
    Sum: lambda layer: _Sum(),
}


class Translated(torch.nn.Module):
    """The network as a module: nodes in order, an output let go when no node needs it; `modules` are the layers'."""

    def __init__(self, network, modules=MODULES):
        super().__init__()
        self.steps = [(node.name, node.inputs) for node in network.nodes]
        self.parts = torch.nn.ModuleList(self._filled(node.layer, modules) for node in network.nodes)
        last = {name: place for place, (_, inputs) in enumerate(self.steps) for name in inputs}
        self.done = [[name for name, end in last.items() if end == place] for place in range(len(self.steps))]
        self.eval()

    @staticmethod
    def _filled(layer, modules):
        module = modules[type(layer)](layer)
        module.load_state_dict(
            {name: torch.from_numpy(array) for name, array in layer.parameters().items()}, strict=False
        )
        return module.requires_grad_(False)

    def forward(self, inputs):
        outputs = {INPUT: inputs}
        for (name, sources), part, done in zip(self.steps, self.parts, self.done):
            outputs[name] = part(*(outputs[source] for source in sources))
            for source in done:
                del outputs[source]
        return outputs[name]


def captum(network, inputs):
    """A function of a target: Captum's guided picture of a network of ours, an array like inputs."""
    warnings.filterwarnings("ignore", "Setting backward hooks on ReLU")
    method, given = GuidedBackprop(Translated(network)), torch.from_numpy(inputs).requires_grad_()
    return lambda target: method.attribute(given, target=target).detach().numpy()
