"""What networks with published weights take, in bytes and in products; right to a factor of two or so."""

from sims.system.needs import Needs

PASS, DRAW = 1.5e10, 2e9  # products of VGG-16 at 224 pixels forward, and of all its weights drawn


def vgg16(settings, passes, pictures):
    """So many passes and pictures of VGG-16 for each of the photographs, with dense layers drawn for each."""
    area = (settings["side"] / 224) ** 2
    return Needs(2.5e9, settings["photographs"] * (DRAW * area + PASS * area * (passes + pictures)))


def lite0(settings, pictures):
    """So many pictures of EfficientNet-Lite0 for each of the photographs."""
    return Needs(5e8, settings["photographs"] * 2e9 * pictures)
