"""Attribution methods on a network of ours in PyTorch: TR-GBP written with hooks, and what Captum has."""

import numpy as np
import torch
from captum.attr import (
    InputXGradient,
    IntegratedGradients,
    LayerAttribution,
    LayerGradCam,
    NoiseTunnel,
    Saliency,
)
from torch.nn import functional

from benchmarks.translated import MODULES, Translated
from benchmarks.translated import captum as guided
from theory.attribution.asked import CHUNK
from theory.layers import ReLU6


class TrGbp:
    """Eqs. 8–10 of five targets: a forward pass whose hooks hold on to outputs, a backward pass for each class."""

    def __init__(self, network, inputs, targets):
        self.network, self.inputs, self.targets = Translated(network), torch.from_numpy(inputs), targets
        self.held = {}
        for part in self.network.parts:
            if getattr(part, "bias", None) is not None:
                part.register_forward_hook(self._hold)

    def _hold(self, part, inputs, output):
        self.held[part] = (output, inputs[0].shape)

    def __call__(self):
        given = self.inputs.clone().requires_grad_()
        logits = self.network(given)[0]
        top = logits.topk(5).indices.tolist()
        maps = {k: self._map(given, logits[k]) for k in dict.fromkeys([*self.targets, *top])}
        mean = sum(maps[k] for k in top) / len(top)
        return torch.stack([maps[k] - mean for k in self.targets]).numpy()

    def _map(self, given, logit):
        signals = torch.autograd.grad(logit, [given, *(output for output, _ in self.held.values())], retain_graph=True)
        total = signals[0].sum(1, keepdim=True)
        for part, signal in zip(self.held, signals[1:]):
            ones = self._ones(part, signal, self.held[part][1])
            total = total + functional.interpolate(ones, given.shape[2:], mode="bilinear", align_corners=False)
        return total[0]

    @staticmethod
    def _ones(part, signal, shape):
        """The picture of ones of a layer; a padding of its own is cut off where the layer before it is."""
        if signal.ndim == 2:
            return (signal @ part.bias)[:, None, None, None]
        mixed = (signal * part.bias[:, None, None]).sum(1, keepdim=True)
        kernel = torch.full((1, 1, *part.kernel_size), 1 / np.prod(part.kernel_size))
        whole = functional.conv_transpose2d(mixed, kernel, stride=part.stride)
        before = part.padding[0]
        wide = torch.zeros(1, 1, shape[2] + 2 * before, shape[3] + 2 * before)
        wide[..., : whole.shape[2], : whole.shape[3]] = whole
        spread = wide[..., before : before + shape[2], before : before + shape[3]]
        if part.stride[0] > 1:  # TensorFlow's padding lies before the layer: one row less in front for kernels of 5
            front = (part.kernel_size[0] - part.stride[0]) // 2
            back = part.kernel_size[0] - part.stride[0] - front
            spread = spread[..., front : shape[2] - back, front : shape[3] - back]
        return spread


def captum(network, inputs, target, layer):
    """{method: a call that gives Captum's map as an array}."""
    plain = Translated(network, {**MODULES, ReLU6: lambda layer: torch.nn.ReLU6()})
    given = torch.from_numpy(inputs).requires_grad_()
    names = [node.name for node in network.nodes]
    part = plain.parts[names.index(layer)]
    cam = LayerGradCam(plain, part)

    def grad_cam():
        maps = cam.attribute(given, target=target, relu_attributions=True)
        return LayerAttribution.interpolate(maps, given.shape[2:], "bilinear")

    array = lambda found: found.detach().numpy()
    smooth = dict(nt_type="smoothgrad", nt_samples=25, nt_samples_batch_size=CHUNK, stdevs=0.15 * float(np.ptp(inputs)))
    way = dict(n_steps=50, method="riemann_middle", internal_batch_size=CHUNK)
    picture = guided(network, inputs)
    return {
        "saliency": lambda: array(Saliency(plain).attribute(given, target=target, abs=False)),
        "gradient-x-input": lambda: array(InputXGradient(plain).attribute(given, target=target)),
        "guided": lambda: picture(target),
        "integrated-gradients": lambda: array(IntegratedGradients(plain).attribute(given, target=target, **way)),
        "smoothgrad": lambda: array(NoiseTunnel(Saliency(plain)).attribute(given, target=target, abs=False, **smooth)),
        "grad-cam": lambda: array(grad_cam()),
    }
