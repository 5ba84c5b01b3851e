"""The papers' three-layer network, plain and with a max-pooling layer added, as the claims on pooling compare it."""

import numpy as np

from sims.data.images import at_least
from sims.ensembles.three_layer import ThreeLayer
from sims.system.errors import InputError


def plain_and_pooled(image, kernel, stride, filters, order="relu-pool"):
    """Both networks; InputError or Precondition for an image without differences, or without pooling windows."""
    at_least(image, kernel + 5 * stride)
    if not np.ptp(image):
        raise InputError("DeconvNet's limit is made of differences, and a constant picture has none")
    plain = ThreeLayer(image, kernel, stride, filters=filters)
    return plain, ThreeLayer(image, kernel, stride, filters=filters, pool=2, order=order)
