"""The same work as a user would write it with PyTorch and Captum, and with JAX."""

import jax
import jax.numpy as jnp
import numpy as np
import torch
from captum.attr import Deconvolution, GuidedBackprop, Saliency

THREADS = 2
SCALE = 0.1
METHODS = {"guided": GuidedBackprop, "deconvnet": Deconvolution, "saliency": Saliency}
torch.set_num_threads(THREADS)


class CaptumTrial:
    """A three-layer network in PyTorch, whose weights are drawn afresh for every trial; Captum's picture of its
    logit.
    """

    def __init__(self, image, kernel, stride, filters):
        self.image = torch.tensor(image[None], dtype=torch.float32, requires_grad=True)
        convolution = torch.nn.Conv2d(len(image), filters, kernel, stride, bias=False)
        hidden = convolution(self.image).numel()
        self.model = torch.nn.Sequential(
            convolution, torch.nn.ReLU(), torch.nn.Flatten(), torch.nn.Linear(hidden, 1, bias=False)
        )
        self.weights = [parameter.requires_grad_(False) for parameter in self.model.parameters()]

    def picture(self, rule="guided"):
        for weight in self.weights:
            weight.normal_(0, SCALE)
        return METHODS[rule](self.model).attribute(self.image, target=0)

    def all_rules(self):
        for weight in self.weights:
            weight.normal_(0, SCALE)
        return [method(self.model).attribute(self.image, target=0) for method in METHODS.values()]


def jax_trial(image, kernel, stride, filters, rules=("guided",)):
    """A function of a key: pictures by the given rules, from one draw."""
    x = jnp.asarray(image[None], jnp.float32)
    convolve = lambda x, w: jax.lax.conv_general_dilated(
        x, w, (stride, stride), "VALID", dimension_numbers=("NCHW", "OIHW", "NCHW")
    )
    shape = (filters, len(image), *kernel)
    back = {
        "guided": lambda v, y: jnp.maximum(v, 0) * (y > 0),
        "deconvnet": lambda v, y: jnp.maximum(v, 0),
        "saliency": lambda v, y: v * (y > 0),
    }

    def pictures(key):
        first, second = jax.random.split(key)
        w = SCALE * jax.random.normal(first, shape)
        y, transpose = jax.vjp(lambda x: convolve(x, w), x)
        v = SCALE * jax.random.normal(second, y.shape)
        return [transpose(back[rule](v, y))[0] for rule in rules]

    return pictures


def jax_paper(image, kernel, stride, filters, rules=("guided",)):
    """A call that makes one trial."""
    trial, keys = jax.jit(jax_trial(image, kernel, stride, filters, rules)), iter(range(10**9))
    return lambda: jax.block_until_ready(trial(jax.random.key(next(keys))))


def jax_batch(image, kernel, stride, filters, trials):
    """A call that makes many trials at once."""
    batch, keys = jax.jit(jax.vmap(jax_trial(image, kernel, stride, filters))), iter(range(10**9))
    return lambda: jax.block_until_ready(batch(jax.random.split(jax.random.key(next(keys)), trials)))


class CaptumVGG16:
    """VGG-16 in PyTorch, its weights those of a mapping in torchvision's names, and without biases."""

    def __init__(self, image, weights):
        self.image = torch.tensor(image[None], dtype=torch.float32, requires_grad=True)
        layers, place = [], 0
        for stage in ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)):
            for _ in stage:
                layers += [self._convolution(weights[f"features.{place}.weight"]), torch.nn.ReLU()]
                place += 2
            layers.append(torch.nn.MaxPool2d(2))
            place += 1
        layers.append(torch.nn.Flatten())
        for number in (0, 3, 6):
            layers += [self._dense(weights[f"classifier.{number}.weight"]), torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*layers[:-1])

    @staticmethod
    def _filled(layer, weight):
        layer.weight.requires_grad_(False).copy_(torch.from_numpy(np.asarray(weight)))
        return layer

    def _convolution(self, weight):
        return self._filled(torch.nn.Conv2d(weight.shape[1], weight.shape[0], 3, padding=1, bias=False), weight)

    def _dense(self, weight):
        return self._filled(torch.nn.Linear(weight.shape[1], weight.shape[0], bias=False), weight)

    def picture(self):
        return GuidedBackprop(self.model).attribute(self.image, target=0)

    def fresh(self):
        for weight in self.model.parameters():
            weight.normal_(0, (2 / weight[0].numel()) ** 0.5)
        return self.picture()
