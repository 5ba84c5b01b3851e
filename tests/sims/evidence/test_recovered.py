"""What a picture gives back of an image."""

import numpy as np
import pytest

from sims.evidence.recovered import blocks, finest, recovered, where
from theory.metrics.quality import band


@pytest.fixture
def image():
    return np.random.default_rng(0).standard_normal((3, 96, 96))


def test_x_gives_itself_back(image):
    found = recovered(image, image)
    assert all(found[key] == pytest.approx(1) for key in ("cosine", "seen", "lines", "alike", "kept", "where"))
    assert found["finest"] == pytest.approx(finest(image))


def test_noise_gives_nothing_back(image):
    found = recovered(np.random.default_rng(1).standard_normal(image.shape), image)
    assert all(abs(found[key]) < 0.1 for key in ("cosine", "seen", "lines", "alike", "kept", "where"))


def test_its_negative_gives_nothing_back_either(image):
    found = recovered(-image, image)
    assert found["lines"] == pytest.approx(-1) and found["kept"] == 0 and found["where"] == pytest.approx(-1)


def test_a_part_of_x_is_x_where_it_is_and_is_seen_there_alone(image):
    """A block of nine, and a twentieth of the contrast in the others: they correlate, and nobody sees them."""
    part = 0.05 * image
    part[:, 32:64, 32:64] = image[:, 32:64, 32:64]
    found = recovered(part, image)
    assert found["where"] > 0.85 and found["alike"] > 0.7 and found["kept"] == pytest.approx(1 / 9)
    assert found["lines"] == pytest.approx((1 + 8 * 0.05) / (3 * np.sqrt(1 + 8 * 0.05**2)), abs=0.03)


def test_noise_beside_a_part_of_x_is_held_against_it(image):
    """Where half of the energy is noise in other blocks, half of the correlation is left."""
    noise = np.random.default_rng(1).standard_normal(image.shape)
    part = np.concatenate([image[..., :48], noise[..., 48:]], axis=2)
    assert where(part, image, 48) == pytest.approx(0.5, abs=0.1)


def test_blocks_against_their_definition(image):
    other = image + np.random.default_rng(2).standard_normal(image.shape)
    correlations, energies = blocks(image, other, 40)
    assert correlations.shape == (9,)  # 96 pixels: 40, 40 and 16
    one, two = (each[:, 80:, 40:80].ravel() for each in (image, other))
    assert correlations[7] == pytest.approx(np.corrcoef(one, two)[0, 1])
    assert energies[7] == pytest.approx(one.size * one.var())


def test_the_finest_octave_of_a_smooth_image_holds_little(image):
    smooth = band(image, 8)
    assert finest(smooth) < 0.05 < 0.5 < finest(image)
