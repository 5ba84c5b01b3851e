"""Random numbers that have an address: the same ones whoever asks, in whatever order, on however many threads.

    rng = stream(seed, "claim", "experiment", 3)   a NumPy Generator of the words and numbers of its address
    normals(rng, shape, scale)                     float32 N(0, scale²): one fresh key of rng, an address for each entry
    keys(rng, count)                               such keys themselves, for loops that draw where they compute

`weight_laws` draws weights by a Generator, and its Gaussian float32 ones by `normals`. Another generator is another
file that offers one of these names, and its line below.
"""

from sims.random.counter_based import keys, normals
from sims.random.streams import stream

__all__ = ["keys", "normals", "stream"]
