"""Random streams with an address: the same numbers whoever asks, in whatever order."""

import hashlib

import numpy as np


def stream(seed, *address):
    """The generator at `address` (words and numbers: claim, experiment, chunk) under a non-negative integer `seed`.

    Streams at different addresses are independent; none depends on how many others exist or which worker draws.
    """
    digest = hashlib.sha256("/".join(map(str, address)).encode()).digest()
    words = np.frombuffer(digest, "<u4").tolist()
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, *words])))
