"""Weight laws, and the random networks of the papers: filters and readout are drawn, the network is the real one."""

from dataclasses import dataclass

import numpy as np

from theory.networks import one_hot, three_layer_cnn
from theory.windows import Windows


def gaussian(rng, shape, scale=1.0, dtype=np.float64):
    """Independent N(0, scale²) entries."""
    drawn = rng.standard_normal(shape, dtype)
    drawn *= scale
    return drawn


@dataclass(frozen=True, eq=False)
class ThreeLayer:
    """The random three-layer CNN at one image (C, H, W): N filters, kernel, stride, padding; all weights N(0, scale²)."""

    image: np.ndarray
    kernel: int | tuple[int, int]
    stride: int | tuple[int, int] = 1
    padding: int | tuple[int, int] = 0
    filters: int = 256
    scale: float = 0.1
    dtype: type = np.float32
    pool: int | None = None  # max-pooling after the ReLU, windows side by side

    @property
    def windows(self):
        return Windows.on(self.image.shape, self.kernel, self.stride, self.padding)

    @property
    def geometry(self):
        """What the laws of theory.three_layer are asked for."""
        return dict(image=self.image, kernel=self.kernel, stride=self.stride, padding=self.padding)

    def draw(self, rng):
        """A network of one logit, its filters and readout drawn from rng."""
        windows = self.windows
        places = windows if self.pool is None else Windows.on((windows.rows, windows.columns), self.pool, self.pool)
        filters = gaussian(rng, (self.filters, len(self.image), *windows.kernel), self.scale, self.dtype)
        readout = gaussian(rng, (1, self.filters, places.count), self.scale, self.dtype)
        return three_layer_cnn(filters, readout, self.stride, self.padding, self.pool)

    def pictures(self, rng, trials, rules=("guided",)):
        """`trials` times one picture like image per rule: a network is drawn, run forward, and passed back."""
        inputs = self.image[None].astype(self.dtype)
        for _ in range(trials):
            network = self.draw(rng)
            logits, tape = network.trace(inputs)
            yield [network.backward(one_hot(0, logits), tape, rule)[0] for rule in rules]
